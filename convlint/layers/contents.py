"""The table of contents of this room: which module registers which names. Written by `python -m convlint.layers`.

It makes it possible to import only the modules that a run needs.
"""

from __future__ import annotations

from functools import lru_cache

# a line: the module, what stands before the last dot of its names, and the names
_NAMES = """\
activation_layers torch.nn CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax
activation_layers torch.nn Mish PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink
activation_layers torch.nn Softsign Tanh Tanhshrink Threshold
activation_layers torch.nn.modules.activation CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU
activation_layers torch.nn.modules.activation LogSigmoid LogSoftmax Mish PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid
activation_layers torch.nn.modules.activation Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink
activation_layers torch.nn.modules.activation Threshold
activations torch celu celu_ hardshrink log_softmax prelu relu relu_ rrelu rrelu_ selu selu_ sigmoid sigmoid_ softmax
activations torch tanh tanh_ threshold threshold_
activations torch.Tensor hardshrink log_softmax prelu relu relu_ sigmoid sigmoid_ softmax tanh tanh_
activations torch.nn.functional _threshold celu celu_ elu elu_ gelu glu gumbel_softmax hardshrink hardsigmoid hardswish
activations torch.nn.functional hardtanh hardtanh_ leaky_relu leaky_relu_ log_softmax logsigmoid mish prelu relu relu6
activations torch.nn.functional relu_ rrelu rrelu_ selu selu_ sigmoid silu softmax softmin softplus softshrink softsign
activations torch.nn.functional tanh tanhshrink threshold threshold_
activations torch.special expit log_softmax softmax
adaptive_pooling torch adaptive_avg_pool1d adaptive_max_pool1d
adaptive_pooling torch.nn AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d
adaptive_pooling torch.nn AdaptiveMaxPool3d
adaptive_pooling torch.nn.functional adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
adaptive_pooling torch.nn.functional adaptive_max_pool1d_with_indices adaptive_max_pool2d
adaptive_pooling torch.nn.functional adaptive_max_pool2d_with_indices adaptive_max_pool3d
adaptive_pooling torch.nn.functional adaptive_max_pool3d_with_indices
adaptive_pooling torch.nn.modules.pooling AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
adaptive_pooling torch.nn.modules.pooling AdaptiveMaxPool2d AdaptiveMaxPool3d
arithmetic torch add allclose arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor
arithmetic torch copysign div divide eq equal float_power floor_divide fmax fmin fmod gcd ge greater greater_equal gt
arithmetic torch heaviside hypot isclose lcm ldexp le less less_equal logaddexp logaddexp2 logical_and logical_or
arithmetic torch logical_xor lt maximum minimum mul multiply ne nextafter not_equal pow remainder rsub sub subtract
arithmetic torch true_divide xlogy
arithmetic torch.Tensor __add__ __and__ __eq__ __floordiv__ __ge__ __gt__ __iadd__ __iand__ __ifloordiv__ __ilshift__
arithmetic torch.Tensor __imod__ __imul__ __ior__ __ipow__ __irshift__ __isub__ __itruediv__ __ixor__ __le__ __lshift__
arithmetic torch.Tensor __lt__ __mod__ __mul__ __ne__ __or__ __pow__ __radd__ __rand__ __rfloordiv__ __rlshift__
arithmetic torch.Tensor __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __sub__
arithmetic torch.Tensor __truediv__ __xor__ add add_ allclose arctan2 arctan2_ atan2 atan2_ bitwise_and bitwise_and_
arithmetic torch.Tensor bitwise_left_shift bitwise_left_shift_ bitwise_or bitwise_or_ bitwise_right_shift
arithmetic torch.Tensor bitwise_right_shift_ bitwise_xor bitwise_xor_ copysign copysign_ div div_ divide divide_ eq eq_
arithmetic torch.Tensor equal float_power floor_divide floor_divide_ fmax fmin fmod fmod_ gcd gcd_ ge ge_ greater
arithmetic torch.Tensor greater_ greater_equal greater_equal_ gt gt_ heaviside heaviside_ hypot hypot_ isclose lcm lcm_
arithmetic torch.Tensor ldexp ldexp_ le le_ less less_ less_equal less_equal_ logaddexp logaddexp2 logical_and
arithmetic torch.Tensor logical_and_ logical_or logical_or_ logical_xor logical_xor_ lt lt_ maximum minimum mul mul_
arithmetic torch.Tensor multiply multiply_ ne ne_ nextafter nextafter_ not_equal not_equal_ pow pow_ remainder
arithmetic torch.Tensor remainder_ sub sub_ subtract subtract_ true_divide true_divide_ xlogy xlogy_
attention torch.nn MultiheadAttention
attention torch.nn.functional multi_head_attention_forward scaled_dot_product_attention
attention torch.nn.modules.activation MultiheadAttention
casting torch promote_types result_type
casting torch.Tensor backward bfloat16 bool byte cdouble cfloat char coalesce cpu cuda double dtype float half int ipu
casting torch.Tensor long pin_memory requires_grad_ retain_grad share_memory_ short to type type_as xpu
classification_losses torch.nn.functional cross_entropy ctc_loss linear_cross_entropy multi_margin_loss
classification_losses torch.nn.functional multilabel_margin_loss nll_loss
combining torch addcdiv addcmul cdist clamp clamp_max clamp_min clip complex cross dist lerp polar
combining torch.Tensor addcdiv addcdiv_ addcmul addcmul_ clamp clamp_ clamp_max clamp_max_ clamp_min clamp_min_ clip
combining torch.Tensor clip_ cross dist lerp lerp_
combining torch.linalg cross
conv_transpose torch conv_transpose1d conv_transpose2d conv_transpose3d
conv_transpose torch.nn ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConvTranspose1d LazyConvTranspose2d
conv_transpose torch.nn LazyConvTranspose3d
conv_transpose torch.nn.functional conv_transpose1d conv_transpose2d conv_transpose3d
conv_transpose torch.nn.modules.conv ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConvTranspose1d
conv_transpose torch.nn.modules.conv LazyConvTranspose2d LazyConvTranspose3d
convolution torch conv1d conv2d conv3d
convolution torch.nn Conv1d Conv2d Conv3d LazyConv1d LazyConv2d LazyConv3d
convolution torch.nn.functional conv1d conv2d conv3d
convolution torch.nn.modules.conv Conv1d Conv2d Conv3d LazyConv1d LazyConv2d LazyConv3d
creation torch BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
creation torch ShortTensor Tensor as_tensor asarray bernoulli empty empty_like from_numpy full full_like normal ones
creation torch ones_like poisson rand rand_like randint randint_like randn randn_like scalar_tensor tensor zeros
creation torch zeros_like
creation torch.Tensor bernoulli new_empty new_full new_ones new_tensor new_zeros
detection torch.ops.torchvision deform_conv2d nms ps_roi_align ps_roi_pool roi_align roi_pool
detection torch.ops.torchvision.deform_conv2d default
detection torch.ops.torchvision.nms default
detection torch.ops.torchvision.ps_roi_align default
detection torch.ops.torchvision.ps_roi_pool default
detection torch.ops.torchvision.roi_align default
detection torch.ops.torchvision.roi_pool default
distance torch cosine_similarity pairwise_distance pdist
distance torch.nn CosineSimilarity PairwiseDistance
distance torch.nn.functional cosine_similarity pairwise_distance pdist
distance torch.nn.modules.distance CosineSimilarity PairwiseDistance
dropout torch alpha_dropout alpha_dropout_ dropout dropout_ feature_alpha_dropout feature_alpha_dropout_ feature_dropout
dropout torch feature_dropout_
dropout torch.nn AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
dropout torch.nn.functional alpha_dropout dropout dropout1d dropout2d dropout3d feature_alpha_dropout
dropout torch.nn.modules.dropout AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout _DropoutNd
einops einops asnumpy einsum pack parse_shape rearrange reduce repeat unpack
einops einops.einops asnumpy einsum parse_shape rearrange reduce repeat
einops einops.packing pack unpack
einops_layers einops.layers.torch Rearrange Reduce
einsum torch einsum
embedding torch embedding
embedding torch.nn Embedding EmbeddingBag
embedding torch.nn.functional embedding embedding_bag one_hot
embedding torch.nn.modules.sparse Embedding EmbeddingBag
expanding torch broadcast_shapes broadcast_tensors broadcast_to repeat_interleave tile
expanding torch.Tensor broadcast_to expand expand_as repeat repeat_interleave tile
fft torch.fft fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2
fft torch.fft rfftfreq rfftn
filling torch fill fill_ zero_
filling torch.Tensor bernoulli_ cauchy_ copy_ exponential_ fill_ fill_diagonal_ geometric_ log_normal_ normal_ random_
filling torch.Tensor uniform_ zero_
filling torch.nn.init _calculate_fan_in_and_fan_out calculate_gain constant constant_ dirac dirac_ eye eye_
filling torch.nn.init kaiming_normal kaiming_normal_ kaiming_uniform kaiming_uniform_ normal normal_ ones_ orthogonal
filling torch.nn.init orthogonal_ sparse_ trunc_normal_ uniform uniform_ xavier_normal xavier_normal_ xavier_uniform
filling torch.nn.init xavier_uniform_ zeros_
flatten torch.nn Flatten Unflatten
flatten torch.nn.modules.flatten Flatten Unflatten
indexing torch.Tensor __getitem__ __setitem__
joining torch block_diag cat column_stack concat concatenate dstack hstack row_stack stack vstack
linalg torch cholesky det inverse logdet matrix_exp matrix_power pinverse slogdet
linalg torch.Tensor cholesky det inverse logdet matrix_exp matrix_power slogdet
linalg torch.linalg cholesky det eigh inv matrix_power pinv qr slogdet solve svd
linear torch bilinear
linear torch.nn Bilinear Identity LazyLinear Linear
linear torch.nn.functional bilinear linear
linear torch.nn.modules.linear Bilinear Identity LazyLinear Linear NonDynamicallyQuantizableLinear
loss_layers torch.nn BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
loss_layers torch.nn HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss
loss_layers torch.nn MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
loss_layers torch.nn SmoothL1Loss SoftMarginLoss TripletMarginLoss
loss_layers torch.nn.modules.loss BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
loss_layers torch.nn.modules.loss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss
loss_layers torch.nn.modules.loss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss
loss_layers torch.nn.modules.loss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss _Loss
loss_layers torch.nn.modules.loss _WeightedLoss
losses torch.nn.functional binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss gaussian_nll_loss
losses torch.nn.functional hinge_embedding_loss huber_loss kl_div l1_loss margin_ranking_loss mse_loss
losses torch.nn.functional multilabel_soft_margin_loss poisson_nll_loss smooth_l1_loss soft_margin_loss
losses torch.nn.functional triplet_margin_loss triplet_margin_with_distance_loss
matrix torch addbmm addmm addmv baddbmm bmm chain_matmul dot ger inner kron matmul mm mv outer tensordot vdot
matrix torch.Tensor __matmul__ __rmatmul__ addbmm addmm addmm_ addmv addmv_ baddbmm baddbmm_ bmm dot ger inner kron
matrix torch.Tensor matmul mm mv outer vdot
matrix torch.linalg matmul multi_dot
methods torch.nn.BatchNorm1d reset_parameters reset_running_stats
methods torch.nn.BatchNorm2d reset_parameters reset_running_stats
methods torch.nn.BatchNorm3d reset_parameters reset_running_stats
methods torch.nn.Bilinear reset_parameters
methods torch.nn.Conv1d reset_parameters
methods torch.nn.Conv2d reset_parameters
methods torch.nn.Conv3d reset_parameters
methods torch.nn.ConvTranspose1d reset_parameters
methods torch.nn.ConvTranspose2d reset_parameters
methods torch.nn.ConvTranspose3d reset_parameters
methods torch.nn.Embedding reset_parameters
methods torch.nn.EmbeddingBag reset_parameters
methods torch.nn.GRU flatten_parameters reset_parameters
methods torch.nn.GRUCell reset_parameters
methods torch.nn.GroupNorm reset_parameters
methods torch.nn.InstanceNorm1d reset_parameters reset_running_stats
methods torch.nn.InstanceNorm2d reset_parameters reset_running_stats
methods torch.nn.InstanceNorm3d reset_parameters reset_running_stats
methods torch.nn.LSTM flatten_parameters reset_parameters
methods torch.nn.LSTMCell reset_parameters
methods torch.nn.LayerNorm reset_parameters
methods torch.nn.LazyBatchNorm1d reset_parameters reset_running_stats
methods torch.nn.LazyBatchNorm2d reset_parameters reset_running_stats
methods torch.nn.LazyBatchNorm3d reset_parameters reset_running_stats
methods torch.nn.LazyConv1d reset_parameters
methods torch.nn.LazyConv2d reset_parameters
methods torch.nn.LazyConv3d reset_parameters
methods torch.nn.LazyConvTranspose1d reset_parameters
methods torch.nn.LazyConvTranspose2d reset_parameters
methods torch.nn.LazyConvTranspose3d reset_parameters
methods torch.nn.LazyInstanceNorm1d reset_parameters reset_running_stats
methods torch.nn.LazyInstanceNorm2d reset_parameters reset_running_stats
methods torch.nn.LazyInstanceNorm3d reset_parameters reset_running_stats
methods torch.nn.LazyLinear reset_parameters
methods torch.nn.Linear reset_parameters
methods torch.nn.MultiheadAttention _reset_parameters
methods torch.nn.PReLU reset_parameters
methods torch.nn.RMSNorm reset_parameters
methods torch.nn.RNN flatten_parameters reset_parameters
methods torch.nn.RNNBase flatten_parameters reset_parameters
methods torch.nn.RNNCell reset_parameters
methods torch.nn.RNNCellBase reset_parameters
methods torch.nn.SyncBatchNorm reset_parameters reset_running_stats
normalization torch batch_norm group_norm instance_norm layer_norm rms_norm
normalization torch.nn.functional batch_norm group_norm instance_norm layer_norm local_response_norm normalize rms_norm
normalization_layers torch.nn BatchNorm1d BatchNorm2d BatchNorm3d CrossMapLRN2d GroupNorm InstanceNorm1d InstanceNorm2d
normalization_layers torch.nn InstanceNorm3d LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d
normalization_layers torch.nn LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LocalResponseNorm RMSNorm
normalization_layers torch.nn SyncBatchNorm
normalization_layers torch.nn.modules.batchnorm BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d
normalization_layers torch.nn.modules.batchnorm LazyBatchNorm3d SyncBatchNorm _BatchNorm _NormBase
normalization_layers torch.nn.modules.instancenorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
normalization_layers torch.nn.modules.instancenorm LazyInstanceNorm2d LazyInstanceNorm3d _InstanceNorm
normalization_layers torch.nn.modules.normalization CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
ordering torch argsort bincount bucketize diag diag_embed diagonal histc msort searchsorted sort topk tril triu unique
ordering torch unique_consecutive
ordering torch.Tensor argsort bincount diag diag_embed diagonal histc msort sort topk tril tril_ triu triu_ unique
ordering torch.Tensor unique_consecutive
packing torch.nn.utils.rnn pack_padded_sequence pack_sequence pad_packed_sequence pad_sequence unpad_sequence
padding torch.nn CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d
padding torch.nn ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d
padding torch.nn ZeroPad3d
padding torch.nn.functional pad
padding torch.nn.modules.padding CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d
padding torch.nn.modules.padding ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d
padding torch.nn.modules.padding ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d
permuting torch adjoint clone detach flip fliplr flipud moveaxis movedim permute roll rot90 swapaxes swapdims t
permuting torch transpose
permuting torch.Tensor H T __deepcopy__ adjoint clone contiguous data detach detach_ flip fliplr flipud mH mT moveaxis
permuting torch.Tensor movedim permute roll rot90 swapaxes swapaxes_ swapdims swapdims_ t t_ transpose transpose_
pooling torch avg_pool1d max_pool1d max_pool2d max_pool3d
pooling torch.nn AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d
pooling torch.nn.functional avg_pool1d avg_pool2d avg_pool3d lp_pool1d lp_pool2d lp_pool3d max_pool1d
pooling torch.nn.functional max_pool1d_with_indices max_pool2d max_pool2d_with_indices max_pool3d
pooling torch.nn.functional max_pool3d_with_indices
pooling torch.nn.modules.pooling AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d
recurrent torch.nn GRU LSTM RNN RNNBase
recurrent torch.nn.modules.rnn GRU LSTM RNN RNNBase
recurrent_cells torch.nn GRUCell LSTMCell RNNCell RNNCellBase
recurrent_cells torch.nn.modules.rnn GRUCell LSTMCell RNNCell RNNCellBase
reduction torch all amax amin aminmax any argmax argmin count_nonzero kthvalue logsumexp max mean median min mode
reduction torch nanmean nanmedian nanquantile nansum norm prod quantile std std_mean sum trace var var_mean
reduction torch.Tensor all amax amin aminmax any argmax argmin count_nonzero kthvalue logsumexp max mean median min mode
reduction torch.Tensor nanmean nanmedian nanquantile nansum norm prod quantile std sum trace var
reduction torch.linalg matrix_norm norm vector_norm
reparametrization torch _weight_norm norm_except_dim
reparametrization torch.ao.quantization DeQuantStub QuantStub
reparametrization torch.ao.quantization.stubs DeQuantStub QuantStub
reparametrization torch.quantization DeQuantStub QuantStub
reparametrization torch.quantization.stubs DeQuantStub QuantStub
resampling torch.nn Upsample UpsamplingBilinear2d UpsamplingNearest2d
resampling torch.nn.functional affine_grid grid_sample interpolate upsample upsample_bilinear upsample_nearest
resampling torch.nn.modules.upsampling Upsample UpsamplingBilinear2d UpsamplingNearest2d
reshaping torch atleast_1d atleast_2d atleast_3d flatten ravel reshape squeeze unflatten unsqueeze
reshaping torch.Tensor flatten ravel reshape reshape_as resize_ resize_as_ squeeze squeeze_ unflatten unsqueeze
reshaping torch.Tensor unsqueeze_ view view_as
scanning torch cummax cummin cumprod cumsum diff logcumsumexp
scanning torch.Tensor cummax cummin cumprod cumprod_ cumsum cumsum_ diff logcumsumexp
selecting torch argwhere gather index_add index_copy index_fill index_put index_select masked_fill masked_select narrow
selecting torch nonzero put scatter scatter_add scatter_reduce select take take_along_dim where
selecting torch.Tensor argwhere gather index_add index_add_ index_copy index_copy_ index_fill index_fill_ index_put
selecting torch.Tensor index_put_ index_select masked_fill masked_fill_ masked_scatter_ masked_select narrow nonzero put
selecting torch.Tensor put_ scatter scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ select take
selecting torch.Tensor take_along_dim where
sequences torch arange bartlett_window blackman_window cartesian_prod eye hamming_window hann_window kaiser_window
sequences torch linspace logspace meshgrid randperm tril_indices triu_indices
shuffling torch channel_shuffle pixel_shuffle pixel_unshuffle
shuffling torch.nn ChannelShuffle PixelShuffle PixelUnshuffle
shuffling torch.nn.functional channel_shuffle pixel_shuffle pixel_unshuffle
shuffling torch.nn.modules.channelshuffle ChannelShuffle
shuffling torch.nn.modules.pixelshuffle PixelShuffle PixelUnshuffle
sizes torch is_complex is_floating_point is_nonzero is_signed is_tensor numel
sizes torch.Tensor __bool__ __float__ __index__ __int__ __len__ data_ptr dim element_size is_complex is_contiguous
sizes torch.Tensor is_floating_point is_nonzero is_quantized is_signed is_sparse item itemsize nbytes ndim ndimension
sizes torch.Tensor nelement numel size storage storage_offset stride tolist
splitting torch chunk dsplit hsplit split split_with_sizes tensor_split unbind unsafe_chunk unsafe_split_with_sizes
splitting torch vsplit
splitting torch.Tensor __iter__ chunk dsplit hsplit split split_with_sizes tensor_split unbind unsafe_chunk unsafe_split
splitting torch.Tensor unsafe_split_with_sizes vsplit
striding torch as_strided isin multinomial select_scatter slice_scatter trapezoid trapz
striding torch.Tensor as_strided multinomial select_scatter slice_scatter unfold
unary torch abs absolute acos acosh angle arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_not
unary torch ceil conj conj_physical cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 fix floor frac i0 imag
unary torch isfinite isinf isnan isneginf isposinf isreal lgamma log log10 log1p log2 logical_not logit nan_to_num neg
unary torch negative positive rad2deg real reciprocal resolve_conj resolve_neg round rsqrt sgn sign signbit sin sinc
unary torch sinh sqrt square tan trunc view_as_complex view_as_real
unary torch.Tensor __abs__ __invert__ __neg__ __pos__ abs abs_ absolute absolute_ acos acos_ acosh acosh_ angle arccos
unary torch.Tensor arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan_ arctanh arctanh_ asin asin_
unary torch.Tensor asinh asinh_ atan atan_ atanh atanh_ bitwise_not bitwise_not_ ceil ceil_ conj conj_physical
unary torch.Tensor conj_physical_ cos cos_ cosh cosh_ deg2rad deg2rad_ digamma digamma_ erf erf_ erfc erfc_ erfinv
unary torch.Tensor erfinv_ exp exp2 exp2_ exp_ expm1 expm1_ fix fix_ floor floor_ frac frac_ i0 i0_ imag isfinite isinf
unary torch.Tensor isnan isneginf isposinf isreal lgamma lgamma_ log log10 log10_ log1p log1p_ log2 log2_ log_
unary torch.Tensor logical_not logical_not_ logit nan_to_num nan_to_num_ neg neg_ negative negative_ positive rad2deg
unary torch.Tensor rad2deg_ real reciprocal reciprocal_ resolve_conj resolve_neg round round_ rsqrt rsqrt_ sgn sgn_ sign
unary torch.Tensor sign_ signbit sin sin_ sinc sinc_ sinh sinh_ sqrt sqrt_ square square_ tan tan_ trunc trunc_
unfolding torch.nn Fold Unfold
unfolding torch.nn.functional fold unfold
unfolding torch.nn.modules.fold Fold Unfold
unpooling torch.nn FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
unpooling torch.nn.functional fractional_max_pool2d fractional_max_pool3d max_unpool1d max_unpool2d max_unpool3d
unpooling torch.nn.modules.pooling FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
"""

# base classes of torch's layers: what stands before the last dot, and the names
_BASES = """\
torch.nn ConstantPad1d ConstantPad2d ConstantPad3d Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
torch.nn Hardtanh Linear NLLLoss RNNBase RNNCellBase Upsample
torch.nn.modules.batchnorm _BatchNorm _LazyNormBase _NormBase
torch.nn.modules.conv _ConvNd _ConvTransposeNd _LazyConvXdMixin
torch.nn.modules.dropout _DropoutNd
torch.nn.modules.instancenorm _InstanceNorm
torch.nn.modules.lazy LazyModuleMixin
torch.nn.modules.loss _Loss _WeightedLoss
torch.nn.modules.padding _CircularPadNd _ConstantPadNd _ReflectionPadNd _ReplicationPadNd
torch.nn.modules.pooling _AdaptiveAvgPoolNd _AdaptiveMaxPoolNd _AvgPoolNd _LPPoolNd _MaxPoolNd _MaxUnpoolNd
"""


@lru_cache(maxsize=1)
def families() -> dict[str, str]:
    """Return every qualified name with the module that registers it."""
    found = {}
    for line in _NAMES.splitlines():
        family, prefix, *names = line.split(" ")
        for name in names:
            found[f"{prefix}.{name}"] = f"convlint.layers.{family}"
    return found


@lru_cache(maxsize=1)
def bases() -> frozenset[str]:
    """Return the qualified names of the base classes that layers say they have."""
    lines = (line.split(" ") for line in _BASES.splitlines())
    return frozenset(f"{prefix}.{name}" for prefix, *names in lines for name in names)
