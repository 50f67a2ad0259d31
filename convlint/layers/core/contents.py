"""The table of contents of this room: which module registers which names. Written by `python -m convlint.layers`.

It makes it possible to import only the modules that a run needs.
"""

from __future__ import annotations

from functools import lru_cache

# a line: the module, what stands before the last dot of its names, and the names
_NAMES = """\
activation.activation_layers torch.nn CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid
activation.activation_layers torch.nn LogSoftmax Mish PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin
activation.activation_layers torch.nn Softplus Softshrink Softsign Tanh Tanhshrink Threshold
activation.activation_layers torch.nn.modules.activation CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh
activation.activation_layers torch.nn.modules.activation LeakyReLU LogSigmoid LogSoftmax Mish PReLU RReLU ReLU ReLU6
activation.activation_layers torch.nn.modules.activation SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink
activation.activation_layers torch.nn.modules.activation Softsign Tanh Tanhshrink Threshold
activation.activations torch celu celu_ hardshrink log_softmax prelu relu relu_ rrelu rrelu_ selu selu_ sigmoid sigmoid_
activation.activations torch softmax tanh tanh_ threshold threshold_
activation.activations torch.Tensor hardshrink log_softmax prelu relu relu_ sigmoid sigmoid_ softmax tanh tanh_
activation.activations torch.nn.functional _threshold celu celu_ elu elu_ gelu glu gumbel_softmax hardshrink hardsigmoid
activation.activations torch.nn.functional hardswish hardtanh hardtanh_ leaky_relu leaky_relu_ log_softmax logsigmoid
activation.activations torch.nn.functional mish prelu relu relu6 relu_ rrelu rrelu_ selu selu_ sigmoid silu softmax
activation.activations torch.nn.functional softmin softplus softshrink softsign tanh tanhshrink threshold threshold_
activation.activations torch.special expit log_softmax softmax
attention.attention torch.nn MultiheadAttention
attention.attention torch.nn.functional multi_head_attention_forward scaled_dot_product_attention
attention.attention torch.nn.modules.activation MultiheadAttention
core.methods torch.nn.BatchNorm1d reset_parameters reset_running_stats
core.methods torch.nn.BatchNorm2d reset_parameters reset_running_stats
core.methods torch.nn.BatchNorm3d reset_parameters reset_running_stats
core.methods torch.nn.Bilinear reset_parameters
core.methods torch.nn.Conv1d reset_parameters
core.methods torch.nn.Conv2d reset_parameters
core.methods torch.nn.Conv3d reset_parameters
core.methods torch.nn.ConvTranspose1d reset_parameters
core.methods torch.nn.ConvTranspose2d reset_parameters
core.methods torch.nn.ConvTranspose3d reset_parameters
core.methods torch.nn.Embedding reset_parameters
core.methods torch.nn.EmbeddingBag reset_parameters
core.methods torch.nn.GRU flatten_parameters reset_parameters
core.methods torch.nn.GRUCell reset_parameters
core.methods torch.nn.GroupNorm reset_parameters
core.methods torch.nn.InstanceNorm1d reset_parameters reset_running_stats
core.methods torch.nn.InstanceNorm2d reset_parameters reset_running_stats
core.methods torch.nn.InstanceNorm3d reset_parameters reset_running_stats
core.methods torch.nn.LSTM flatten_parameters reset_parameters
core.methods torch.nn.LSTMCell reset_parameters
core.methods torch.nn.LayerNorm reset_parameters
core.methods torch.nn.LazyBatchNorm1d reset_parameters reset_running_stats
core.methods torch.nn.LazyBatchNorm2d reset_parameters reset_running_stats
core.methods torch.nn.LazyBatchNorm3d reset_parameters reset_running_stats
core.methods torch.nn.LazyConv1d reset_parameters
core.methods torch.nn.LazyConv2d reset_parameters
core.methods torch.nn.LazyConv3d reset_parameters
core.methods torch.nn.LazyConvTranspose1d reset_parameters
core.methods torch.nn.LazyConvTranspose2d reset_parameters
core.methods torch.nn.LazyConvTranspose3d reset_parameters
core.methods torch.nn.LazyInstanceNorm1d reset_parameters reset_running_stats
core.methods torch.nn.LazyInstanceNorm2d reset_parameters reset_running_stats
core.methods torch.nn.LazyInstanceNorm3d reset_parameters reset_running_stats
core.methods torch.nn.LazyLinear reset_parameters
core.methods torch.nn.Linear reset_parameters
core.methods torch.nn.MultiheadAttention _reset_parameters
core.methods torch.nn.PReLU reset_parameters
core.methods torch.nn.RMSNorm reset_parameters
core.methods torch.nn.RNN flatten_parameters reset_parameters
core.methods torch.nn.RNNBase flatten_parameters reset_parameters
core.methods torch.nn.RNNCell reset_parameters
core.methods torch.nn.RNNCellBase reset_parameters
core.methods torch.nn.SyncBatchNorm reset_parameters reset_running_stats
creation.creation torch BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor
creation.creation torch LongTensor ShortTensor Tensor as_tensor asarray bernoulli empty empty_like from_numpy full
creation.creation torch full_like normal ones ones_like poisson rand rand_like randint randint_like randn randn_like
creation.creation torch scalar_tensor tensor zeros zeros_like
creation.creation torch.Tensor bernoulli new new_empty new_full new_ones new_tensor new_zeros
creation.sequences torch arange bartlett_window blackman_window cartesian_prod eye hamming_window hann_window
creation.sequences torch kaiser_window linspace logspace meshgrid randperm tril_indices triu_indices
einops.einops einops asnumpy einsum pack parse_shape rearrange reduce repeat unpack
einops.einops einops.einops asnumpy einsum parse_shape rearrange reduce repeat
einops.einops einops.packing pack unpack
einops.einops_layers einops.layers.torch Rearrange Reduce
elementwise.arithmetic torch add allclose arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift
elementwise.arithmetic torch bitwise_xor copysign div divide eq equal float_power floor_divide fmax fmin fmod gcd ge
elementwise.arithmetic torch greater greater_equal gt heaviside hypot isclose lcm ldexp le less less_equal logaddexp
elementwise.arithmetic torch logaddexp2 logical_and logical_or logical_xor lt maximum minimum mul multiply ne nextafter
elementwise.arithmetic torch not_equal pow remainder rsub sub subtract true_divide xlogy
elementwise.arithmetic torch.Tensor __add__ __and__ __eq__ __floordiv__ __ge__ __gt__ __iadd__ __iand__ __ifloordiv__
elementwise.arithmetic torch.Tensor __ilshift__ __imod__ __imul__ __ior__ __ipow__ __irshift__ __isub__ __itruediv__
elementwise.arithmetic torch.Tensor __ixor__ __le__ __lshift__ __lt__ __mod__ __mul__ __ne__ __or__ __pow__ __radd__
elementwise.arithmetic torch.Tensor __rand__ __rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__
elementwise.arithmetic torch.Tensor __rshift__ __rsub__ __rtruediv__ __rxor__ __sub__ __truediv__ __xor__ add add_
elementwise.arithmetic torch.Tensor allclose arctan2 arctan2_ atan2 atan2_ bitwise_and bitwise_and_ bitwise_left_shift
elementwise.arithmetic torch.Tensor bitwise_left_shift_ bitwise_or bitwise_or_ bitwise_right_shift bitwise_right_shift_
elementwise.arithmetic torch.Tensor bitwise_xor bitwise_xor_ copysign copysign_ div div_ divide divide_ eq eq_ equal
elementwise.arithmetic torch.Tensor float_power floor_divide floor_divide_ fmax fmin fmod fmod_ gcd gcd_ ge ge_ greater
elementwise.arithmetic torch.Tensor greater_ greater_equal greater_equal_ gt gt_ heaviside heaviside_ hypot hypot_
elementwise.arithmetic torch.Tensor isclose lcm lcm_ ldexp ldexp_ le le_ less less_ less_equal less_equal_ logaddexp
elementwise.arithmetic torch.Tensor logaddexp2 logical_and logical_and_ logical_or logical_or_ logical_xor logical_xor_
elementwise.arithmetic torch.Tensor lt lt_ maximum minimum mul mul_ multiply multiply_ ne ne_ nextafter nextafter_
elementwise.arithmetic torch.Tensor not_equal not_equal_ pow pow_ remainder remainder_ sub sub_ subtract subtract_
elementwise.arithmetic torch.Tensor true_divide true_divide_ xlogy xlogy_
elementwise.casting torch promote_types result_type
elementwise.casting torch.Tensor __format__ bfloat16 bool byte cdouble cfloat char coalesce cpu cuda double dtype float
elementwise.casting torch.Tensor half int ipu long pin_memory requires_grad_ retain_grad share_memory_ short to type
elementwise.casting torch.Tensor type_as xpu
elementwise.combining torch addcdiv addcmul cdist clamp clamp_max clamp_min clip complex cross dist lerp polar
elementwise.combining torch.Tensor addcdiv addcdiv_ addcmul addcmul_ clamp clamp_ clamp_max clamp_max_ clamp_min
elementwise.combining torch.Tensor clamp_min_ clip clip_ cross dist lerp lerp_
elementwise.combining torch.linalg cross
elementwise.fft torch stft
elementwise.fft torch.Tensor stft
elementwise.fft torch.fft fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft
elementwise.fft torch.fft rfft2 rfftfreq rfftn
elementwise.filling torch fill fill_ zero_
elementwise.filling torch.Tensor bernoulli_ cauchy_ copy_ exponential_ fill_ fill_diagonal_ geometric_ log_normal_
elementwise.filling torch.Tensor normal_ random_ uniform_ zero_
elementwise.filling torch.nn.init _calculate_fan_in_and_fan_out calculate_gain constant constant_ dirac dirac_ eye eye_
elementwise.filling torch.nn.init kaiming_normal kaiming_normal_ kaiming_uniform kaiming_uniform_ normal normal_ ones_
elementwise.filling torch.nn.init orthogonal orthogonal_ sparse_ trunc_normal_ uniform uniform_ xavier_normal
elementwise.filling torch.nn.init xavier_normal_ xavier_uniform xavier_uniform_ zeros_
elementwise.gradients torch.Tensor backward
elementwise.gradients torch.autograd grad
elementwise.ordering torch argsort bincount bucketize diag diag_embed diagonal histc msort searchsorted sort topk tril
elementwise.ordering torch triu unique unique_consecutive
elementwise.ordering torch.Tensor argsort bincount diag diag_embed diagonal histc msort sort topk tril tril_ triu triu_
elementwise.ordering torch.Tensor unique unique_consecutive
elementwise.reduction torch all amax amin aminmax any argmax argmin count_nonzero kthvalue logsumexp max mean median min
elementwise.reduction torch mode nanmean nanmedian nanquantile nansum norm prod quantile std std_mean sum trace var
elementwise.reduction torch var_mean
elementwise.reduction torch.Tensor all amax amin aminmax any argmax argmin count_nonzero kthvalue logsumexp max mean
elementwise.reduction torch.Tensor median min mode nanmean nanmedian nanquantile nansum norm prod quantile std sum trace
elementwise.reduction torch.Tensor var
elementwise.reduction torch.linalg matrix_norm norm vector_norm
elementwise.scanning torch cummax cummin cumprod cumsum diff logcumsumexp
elementwise.scanning torch.Tensor cummax cummin cumprod cumprod_ cumsum cumsum_ diff logcumsumexp
elementwise.unary torch abs absolute acos acosh angle arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh
elementwise.unary torch bitwise_not ceil conj conj_physical cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 fix
elementwise.unary torch floor frac i0 imag isfinite isinf isnan isneginf isposinf isreal lgamma log log10 log1p log2
elementwise.unary torch logical_not logit nan_to_num neg negative positive rad2deg real reciprocal resolve_conj
elementwise.unary torch resolve_neg round rsqrt sgn sign signbit sin sinc sinh sqrt square tan trunc view_as_complex
elementwise.unary torch view_as_real
elementwise.unary torch.Tensor __abs__ __invert__ __neg__ __pos__ abs abs_ absolute absolute_ acos acos_ acosh acosh_
elementwise.unary torch.Tensor angle arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan_
elementwise.unary torch.Tensor arctanh arctanh_ asin asin_ asinh asinh_ atan atan_ atanh atanh_ bitwise_not bitwise_not_
elementwise.unary torch.Tensor ceil ceil_ conj conj_physical conj_physical_ cos cos_ cosh cosh_ deg2rad deg2rad_ digamma
elementwise.unary torch.Tensor digamma_ erf erf_ erfc erfc_ erfinv erfinv_ exp exp2 exp2_ exp_ expm1 expm1_ fix fix_
elementwise.unary torch.Tensor floor floor_ frac frac_ i0 i0_ imag isfinite isinf isnan isneginf isposinf isreal lgamma
elementwise.unary torch.Tensor lgamma_ log log10 log10_ log1p log1p_ log2 log2_ log_ logical_not logical_not_ logit
elementwise.unary torch.Tensor nan_to_num nan_to_num_ neg neg_ negative negative_ positive rad2deg rad2deg_ real
elementwise.unary torch.Tensor reciprocal reciprocal_ resolve_conj resolve_neg round round_ rsqrt rsqrt_ sgn sgn_ sign
elementwise.unary torch.Tensor sign_ signbit sin sin_ sinc sinc_ sinh sinh_ sqrt sqrt_ square square_ tan tan_ trunc
elementwise.unary torch.Tensor trunc_
linear.distance torch cosine_similarity pairwise_distance pdist
linear.distance torch.nn CosineSimilarity PairwiseDistance
linear.distance torch.nn.functional cosine_similarity pairwise_distance pdist
linear.distance torch.nn.modules.distance CosineSimilarity PairwiseDistance
linear.einsum torch einsum
linear.embedding torch embedding
linear.embedding torch.nn Embedding EmbeddingBag
linear.embedding torch.nn.functional embedding embedding_bag one_hot
linear.embedding torch.nn.modules.sparse Embedding EmbeddingBag
linear.linalg torch cholesky det inverse logdet matrix_exp matrix_power pinverse slogdet
linear.linalg torch.Tensor cholesky det inverse logdet matrix_exp matrix_power slogdet
linear.linalg torch.linalg cholesky det eigh inv matrix_power pinv qr slogdet solve svd
linear.linear torch bilinear
linear.linear torch.nn Bilinear Identity LazyLinear Linear
linear.linear torch.nn.functional bilinear linear
linear.linear torch.nn.modules.linear Bilinear Identity LazyLinear Linear NonDynamicallyQuantizableLinear
linear.matrix torch addbmm addmm addmv baddbmm bmm chain_matmul dot ger inner kron matmul mm mv outer spmm tensordot
linear.matrix torch vdot
linear.matrix torch.Tensor __matmul__ __rmatmul__ addbmm addmm addmm_ addmv addmv_ baddbmm baddbmm_ bmm dot ger inner
linear.matrix torch.Tensor kron matmul mm mv outer vdot
linear.matrix torch.linalg matmul multi_dot
linear.matrix torch.sparse mm
losses.classification_losses torch.nn.functional cross_entropy ctc_loss linear_cross_entropy multi_margin_loss
losses.classification_losses torch.nn.functional multilabel_margin_loss nll_loss
losses.loss_layers torch.nn BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
losses.loss_layers torch.nn HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss
losses.loss_layers torch.nn MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss
losses.loss_layers torch.nn NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss
losses.loss_layers torch.nn.modules.loss BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss
losses.loss_layers torch.nn.modules.loss GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss
losses.loss_layers torch.nn.modules.loss LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss
losses.loss_layers torch.nn.modules.loss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
losses.loss_layers torch.nn.modules.loss SmoothL1Loss SoftMarginLoss TripletMarginLoss _Loss _WeightedLoss
losses.losses torch.nn.functional binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss
losses.losses torch.nn.functional gaussian_nll_loss hinge_embedding_loss huber_loss kl_div l1_loss margin_ranking_loss
losses.losses torch.nn.functional mse_loss multilabel_soft_margin_loss poisson_nll_loss smooth_l1_loss soft_margin_loss
losses.losses torch.nn.functional triplet_margin_loss triplet_margin_with_distance_loss
normalization.dropout torch alpha_dropout alpha_dropout_ dropout dropout_ feature_alpha_dropout feature_alpha_dropout_
normalization.dropout torch feature_dropout feature_dropout_
normalization.dropout torch.nn AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
normalization.dropout torch.nn.functional alpha_dropout dropout dropout1d dropout2d dropout3d feature_alpha_dropout
normalization.dropout torch.nn.modules.dropout AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
normalization.dropout torch.nn.modules.dropout _DropoutNd
normalization.normalization torch batch_norm group_norm instance_norm layer_norm rms_norm
normalization.normalization torch.nn.functional batch_norm group_norm instance_norm layer_norm local_response_norm
normalization.normalization torch.nn.functional normalize rms_norm
normalization.normalization_layers torch.nn BatchNorm1d BatchNorm2d BatchNorm3d CrossMapLRN2d GroupNorm InstanceNorm1d
normalization.normalization_layers torch.nn InstanceNorm2d InstanceNorm3d LayerNorm LazyBatchNorm1d LazyBatchNorm2d
normalization.normalization_layers torch.nn LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d
normalization.normalization_layers torch.nn LocalResponseNorm RMSNorm SyncBatchNorm
normalization.normalization_layers torch.nn.modules.batchnorm BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d
normalization.normalization_layers torch.nn.modules.batchnorm LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm _BatchNorm
normalization.normalization_layers torch.nn.modules.batchnorm _NormBase
normalization.normalization_layers torch.nn.modules.instancenorm InstanceNorm1d InstanceNorm2d InstanceNorm3d
normalization.normalization_layers torch.nn.modules.instancenorm LazyInstanceNorm1d LazyInstanceNorm2d
normalization.normalization_layers torch.nn.modules.instancenorm LazyInstanceNorm3d _InstanceNorm
normalization.normalization_layers torch.nn.modules.normalization CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm
normalization.normalization_layers torch.nn.modules.normalization RMSNorm
normalization.reparametrization torch _weight_norm norm_except_dim
normalization.reparametrization torch.ao.quantization DeQuantStub QuantStub
normalization.reparametrization torch.ao.quantization.stubs DeQuantStub QuantStub
normalization.reparametrization torch.quantization DeQuantStub QuantStub
normalization.reparametrization torch.quantization.stubs DeQuantStub QuantStub
recurrent.packing torch.nn.utils.rnn pack_padded_sequence pack_sequence pad_packed_sequence pad_sequence unpad_sequence
recurrent.recurrent torch.nn GRU LSTM RNN RNNBase
recurrent.recurrent torch.nn.modules.rnn GRU LSTM RNN RNNBase
recurrent.recurrent_cells torch.nn GRUCell LSTMCell RNNCell RNNCellBase
recurrent.recurrent_cells torch.nn.modules.rnn GRUCell LSTMCell RNNCell RNNCellBase
shapes.expanding torch broadcast_shapes broadcast_tensors broadcast_to repeat_interleave tile
shapes.expanding torch.Tensor broadcast_to expand expand_as repeat repeat_interleave tile
shapes.flatten torch.nn Flatten Unflatten
shapes.flatten torch.nn.modules.flatten Flatten Unflatten
shapes.indexing torch.Tensor __getitem__ __setitem__
shapes.joining torch block_diag cat column_stack concat concatenate dstack hstack row_stack stack vstack
shapes.permuting torch adjoint clone detach flip fliplr flipud moveaxis movedim permute roll rot90 swapaxes swapdims t
shapes.permuting torch transpose
shapes.permuting torch.Tensor H T __deepcopy__ adjoint clone contiguous data detach detach_ flip fliplr flipud mH mT
shapes.permuting torch.Tensor moveaxis movedim permute roll rot90 swapaxes swapaxes_ swapdims swapdims_ t t_ transpose
shapes.permuting torch.Tensor transpose_
shapes.reshaping torch atleast_1d atleast_2d atleast_3d flatten ravel reshape squeeze unflatten unsqueeze
shapes.reshaping torch.Tensor flatten ravel reshape reshape_as resize_ resize_as_ squeeze squeeze_ unflatten unsqueeze
shapes.reshaping torch.Tensor unsqueeze_ view view_as
shapes.selecting torch argwhere gather index_add index_copy index_fill index_put index_select masked_fill masked_select
shapes.selecting torch narrow nonzero put scatter scatter_add scatter_reduce select take take_along_dim where
shapes.selecting torch.Tensor argwhere gather index_add index_add_ index_copy index_copy_ index_fill index_fill_
shapes.selecting torch.Tensor index_put index_put_ index_select masked_fill masked_fill_ masked_scatter_ masked_select
shapes.selecting torch.Tensor narrow nonzero put put_ scatter scatter_ scatter_add scatter_add_ scatter_reduce
shapes.selecting torch.Tensor scatter_reduce_ select take take_along_dim where
shapes.sizes torch is_complex is_floating_point is_nonzero is_signed is_tensor numel
shapes.sizes torch.Tensor __bool__ __float__ __index__ __int__ __len__ data_ptr dim element_size is_complex
shapes.sizes torch.Tensor is_contiguous is_floating_point is_nonzero is_quantized is_signed is_sparse item itemsize
shapes.sizes torch.Tensor nbytes ndim ndimension nelement numel size storage storage_offset stride tolist
shapes.splitting torch chunk dsplit hsplit split split_with_sizes tensor_split unbind unsafe_chunk
shapes.splitting torch unsafe_split_with_sizes vsplit
shapes.splitting torch.Tensor __iter__ chunk dsplit hsplit split split_with_sizes tensor_split unbind unsafe_chunk
shapes.splitting torch.Tensor unsafe_split unsafe_split_with_sizes vsplit
windows.adaptive_pooling torch adaptive_avg_pool1d adaptive_max_pool1d
windows.adaptive_pooling torch.nn AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
windows.adaptive_pooling torch.nn AdaptiveMaxPool2d AdaptiveMaxPool3d
windows.adaptive_pooling torch.nn.functional adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d
windows.adaptive_pooling torch.nn.functional adaptive_max_pool1d adaptive_max_pool1d_with_indices adaptive_max_pool2d
windows.adaptive_pooling torch.nn.functional adaptive_max_pool2d_with_indices adaptive_max_pool3d
windows.adaptive_pooling torch.nn.functional adaptive_max_pool3d_with_indices
windows.adaptive_pooling torch.nn.modules.pooling AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d
windows.adaptive_pooling torch.nn.modules.pooling AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d
windows.conv_transpose torch conv_transpose1d conv_transpose2d conv_transpose3d
windows.conv_transpose torch.nn ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConvTranspose1d LazyConvTranspose2d
windows.conv_transpose torch.nn LazyConvTranspose3d
windows.conv_transpose torch.nn.functional conv_transpose1d conv_transpose2d conv_transpose3d
windows.conv_transpose torch.nn.modules.conv ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConvTranspose1d
windows.conv_transpose torch.nn.modules.conv LazyConvTranspose2d LazyConvTranspose3d
windows.convolution torch conv1d conv2d conv3d
windows.convolution torch.nn Conv1d Conv2d Conv3d LazyConv1d LazyConv2d LazyConv3d
windows.convolution torch.nn.functional conv1d conv2d conv3d
windows.convolution torch.nn.modules.conv Conv1d Conv2d Conv3d LazyConv1d LazyConv2d LazyConv3d
windows.detection torch.ops.torchvision deform_conv2d nms ps_roi_align ps_roi_pool roi_align roi_pool
windows.detection torch.ops.torchvision.deform_conv2d default
windows.detection torch.ops.torchvision.nms default
windows.detection torch.ops.torchvision.ps_roi_align default
windows.detection torch.ops.torchvision.ps_roi_pool default
windows.detection torch.ops.torchvision.roi_align default
windows.detection torch.ops.torchvision.roi_pool default
windows.padding torch.nn CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d
windows.padding torch.nn ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d
windows.padding torch.nn ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d
windows.padding torch.nn.functional pad
windows.padding torch.nn.modules.padding CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
windows.padding torch.nn.modules.padding ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d
windows.padding torch.nn.modules.padding ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d
windows.pooling torch avg_pool1d max_pool1d max_pool2d max_pool3d
windows.pooling torch.nn AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d
windows.pooling torch.nn.functional avg_pool1d avg_pool2d avg_pool3d lp_pool1d lp_pool2d lp_pool3d max_pool1d
windows.pooling torch.nn.functional max_pool1d_with_indices max_pool2d max_pool2d_with_indices max_pool3d
windows.pooling torch.nn.functional max_pool3d_with_indices
windows.pooling torch.nn.modules.pooling AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d
windows.pooling torch.nn.modules.pooling MaxPool3d
windows.resampling torch.nn Upsample UpsamplingBilinear2d UpsamplingNearest2d
windows.resampling torch.nn.functional affine_grid grid_sample interpolate upsample upsample_bilinear upsample_nearest
windows.resampling torch.nn.modules.upsampling Upsample UpsamplingBilinear2d UpsamplingNearest2d
windows.shuffling torch channel_shuffle pixel_shuffle pixel_unshuffle
windows.shuffling torch.nn ChannelShuffle PixelShuffle PixelUnshuffle
windows.shuffling torch.nn.functional channel_shuffle pixel_shuffle pixel_unshuffle
windows.shuffling torch.nn.modules.channelshuffle ChannelShuffle
windows.shuffling torch.nn.modules.pixelshuffle PixelShuffle PixelUnshuffle
windows.striding torch as_strided isin multinomial select_scatter slice_scatter trapezoid trapz
windows.striding torch.Tensor as_strided multinomial select_scatter slice_scatter unfold
windows.unfolding torch.nn Fold Unfold
windows.unfolding torch.nn.functional fold unfold
windows.unfolding torch.nn.modules.fold Fold Unfold
windows.unpooling torch.nn FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
windows.unpooling torch.nn.functional fractional_max_pool2d fractional_max_pool3d max_unpool1d max_unpool2d max_unpool3d
windows.unpooling torch.nn.modules.pooling FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
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
