"""The attributes that values of torch and numpy have, by the class: what is none of them is certainly missing.

Written by `python -m convlint.interp.natives`, which adds what the installed versions have and takes nothing away.
"""

from __future__ import annotations

import functools

_NAMES = """\
classes of torch.nn.modules.activation: CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid
classes of torch.nn.modules.activation: LogSoftmax Mish MultiheadAttention PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid
classes of torch.nn.modules.activation: Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold
classes of torch.nn.modules.adaptive: AdaptiveLogSoftmaxWithLoss
classes of torch.nn.modules.batchnorm: BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d
classes of torch.nn.modules.batchnorm: LazyBatchNorm3d SyncBatchNorm
classes of torch.nn.modules.channelshuffle: ChannelShuffle
classes of torch.nn.modules.container: Container ModuleDict ModuleList ParameterDict ParameterList Sequential
classes of torch.nn.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d
classes of torch.nn.modules.conv: LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d
classes of torch.nn.modules.distance: CosineSimilarity PairwiseDistance
classes of torch.nn.modules.dropout: AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
classes of torch.nn.modules.flatten: Flatten Unflatten
classes of torch.nn.modules.fold: Fold Unfold
classes of torch.nn.modules.instancenorm: InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
classes of torch.nn.modules.instancenorm: LazyInstanceNorm2d LazyInstanceNorm3d
classes of torch.nn.modules.linear: Bilinear Identity LazyLinear Linear
classes of torch.nn.modules.loss: BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
classes of torch.nn.modules.loss: HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss
classes of torch.nn.modules.loss: MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss
classes of torch.nn.modules.loss: NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss
classes of torch.nn.modules.loss: TripletMarginWithDistanceLoss
classes of torch.nn.modules.module: Module
classes of torch.nn.modules.normalization: CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
classes of torch.nn.modules.padding: CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d
classes of torch.nn.modules.padding: ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d
classes of torch.nn.modules.padding: ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d
classes of torch.nn.modules.pixelshuffle: PixelShuffle PixelUnshuffle
classes of torch.nn.modules.pooling: AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
classes of torch.nn.modules.pooling: AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d
classes of torch.nn.modules.pooling: FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d
classes of torch.nn.modules.pooling: MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
classes of torch.nn.modules.rnn: GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase
classes of torch.nn.modules.sparse: Embedding EmbeddingBag
classes of torch.nn.modules.transformer: Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder
classes of torch.nn.modules.transformer: TransformerEncoderLayer
classes of torch.nn.modules.upsampling: Upsample UpsamplingBilinear2d UpsamplingNearest2d
classes of torch.nn.parallel.data_parallel: DataParallel
module torch.nn: AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool1d
module torch.nn: AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BCELoss
module torch.nn: BCEWithLogitsLoss BatchNorm1d BatchNorm2d BatchNorm3d Bilinear Buffer CELU CTCLoss ChannelShuffle
module torch.nn: CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d Container Conv1d
module torch.nn: Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d CosineEmbeddingLoss CosineSimilarity
module torch.nn: CrossEntropyLoss CrossMapLRN2d DataParallel Dropout Dropout1d Dropout2d Dropout3d ELU Embedding
module torch.nn: EmbeddingBag FeatureAlphaDropout Flatten Fold FractionalMaxPool2d FractionalMaxPool3d GELU GLU GRU
module torch.nn: GRUCell GaussianNLLLoss GroupNorm Hardshrink Hardsigmoid Hardswish Hardtanh HingeEmbeddingLoss
module torch.nn: HuberLoss Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d LPPool2d
module torch.nn: LPPool3d LSTM LSTMCell LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d
module torch.nn: LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d
module torch.nn: LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear LeakyReLU Linear LinearCrossEntropyLoss
module torch.nn: LinearCrossEntropyOptions LocalResponseNorm LogSigmoid LogSoftmax MSELoss MarginRankingLoss MaxPool1d
module torch.nn: MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish Module ModuleDict ModuleList
module torch.nn: MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiheadAttention NLLLoss NLLLoss2d
module torch.nn: PReLU PairwiseDistance Parameter ParameterDict ParameterList PixelShuffle PixelUnshuffle PoissonNLLLoss
module torch.nn: RMSNorm RNN RNNBase RNNCell RNNCellBase RReLU ReLU ReLU6 ReflectionPad1d ReflectionPad2d
module torch.nn: ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU Sequential SiLU Sigmoid
module torch.nn: SmoothL1Loss SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh
module torch.nn: Tanhshrink Threshold Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder
module torch.nn: TransformerEncoderLayer TripletMarginLoss TripletMarginWithDistanceLoss Unflatten Unfold
module torch.nn: UninitializedBuffer UninitializedParameter Upsample UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d
module torch.nn: ZeroPad2d ZeroPad3d _reduction attention common_types factory_kwargs functional grad init intrinsic
module torch.nn: modules parallel parameter qat quantizable quantized utils
module torch.nn.functional: BroadcastingList1 BroadcastingList2 BroadcastingList3 Callable DType
module torch.nn.functional: GRID_SAMPLE_INTERPOLATION_MODES GRID_SAMPLE_PADDING_MODES Optional ScalingType SwizzleType
module torch.nn.functional: TYPE_CHECKING Tensor _Any _Reduction _VF _adaptive_max_pool1d _adaptive_max_pool2d
module torch.nn.functional: _adaptive_max_pool3d _add_docstr _canonical_mask _check_key_padding_mask
module torch.nn.functional: _check_unpool_output_size _enum_list_as_int_list _expand_single_value _fractional_max_pool2d
module torch.nn.functional: _fractional_max_pool3d _get_softmax_dim _in_projection _in_projection_packed _is_integer
module torch.nn.functional: _jit_unused _list_or_empty _list_with_default _max_pool1d _max_pool2d _max_pool3d
module torch.nn.functional: _mha_shape_check _no_grad_embedding_renorm_ _none_or_dtype _overload _pair _single _sym_int
module torch.nn.functional: _threshold _triple _unpool_output_size _verify_batch_size _verify_spatial_size
module torch.nn.functional: adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
module torch.nn.functional: adaptive_max_pool1d_with_indices adaptive_max_pool2d adaptive_max_pool2d_with_indices
module torch.nn.functional: adaptive_max_pool3d adaptive_max_pool3d_with_indices affine_grid alpha_dropout
module torch.nn.functional: assert_int_or_pair avg_pool1d avg_pool2d avg_pool3d batch_norm bilinear binary_cross_entropy
module torch.nn.functional: binary_cross_entropy_with_logits boolean_dispatch celu celu_ channel_shuffle conv1d conv2d
module torch.nn.functional: conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d cosine_embedding_loss
module torch.nn.functional: cosine_similarity cross_entropy ctc_loss dataclasses dropout dropout1d dropout2d dropout3d
module torch.nn.functional: elu elu_ embedding embedding_bag feature_alpha_dropout fold fractional_max_pool2d
module torch.nn.functional: fractional_max_pool2d_with_indices fractional_max_pool3d fractional_max_pool3d_with_indices
module torch.nn.functional: gaussian_nll_loss gelu glu grad grid_sample group_norm grouped_mm gumbel_softmax
module torch.nn.functional: handle_torch_function hardshrink hardsigmoid hardswish hardtanh hardtanh_ has_torch_function
module torch.nn.functional: has_torch_function_unary has_torch_function_variadic hinge_embedding_loss huber_loss
module torch.nn.functional: importlib instance_norm interpolate kl_div l1_loss layer_norm leaky_relu leaky_relu_ linear
module torch.nn.functional: linear_cross_entropy local_response_norm log_softmax logsigmoid lp_pool1d lp_pool2d
module torch.nn.functional: lp_pool3d margin_ranking_loss math max_pool1d max_pool1d_with_indices max_pool2d
module torch.nn.functional: max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool1d max_unpool2d
module torch.nn.functional: max_unpool3d mish mse_loss multi_head_attention_forward multi_margin_loss
module torch.nn.functional: multilabel_margin_loss multilabel_soft_margin_loss native_channel_shuffle nll_loss normalize
module torch.nn.functional: np one_hot pad pairwise_distance pdist pixel_shuffle pixel_unshuffle poisson_nll_loss prelu
module torch.nn.functional: relu relu6 relu_ reproducibility_notes rms_norm rrelu rrelu_ scaled_dot_product_attention
module torch.nn.functional: scaled_grouped_mm scaled_mm selu selu_ sigmoid silu smooth_l1_loss soft_margin_loss softmax
module torch.nn.functional: softmin softplus softshrink softsign sparse_support_notes tanh tanhshrink tf32_notes
module torch.nn.functional: threshold threshold_ torch triplet_margin_loss triplet_margin_with_distance_loss unfold
module torch.nn.functional: upsample upsample_bilinear upsample_nearest warnings
module torch.nn.init: Callable Literal ParamSpec Tensor TypeVar _FanMode _NonlinearityType _P _R _calculate_correct_fan
module torch.nn.init: _calculate_fan_in_and_fan_out _make_deprecate _no_grad_fill_ _no_grad_normal_
module torch.nn.init: _no_grad_trunc_normal_ _no_grad_uniform_ _no_grad_zero_ calculate_gain constant constant_ dirac
module torch.nn.init: dirac_ eye eye_ kaiming_normal kaiming_normal_ kaiming_uniform kaiming_uniform_ math normal
module torch.nn.init: normal_ ones_ orthogonal orthogonal_ sparse sparse_ torch trunc_normal_ uniform uniform_ warnings
module torch.nn.init: xavier_normal xavier_normal_ xavier_uniform xavier_uniform_ zeros_
module torch.nn.modules._functions: BackwardHookFunction CrossMapLRN2d Function SyncBatchNorm dist torch
module torch.nn.modules.activation: CELU ELU F GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid
module torch.nn.modules.activation: LogSoftmax Mish Module MultiheadAttention NonDynamicallyQuantizableLinear PReLU
module torch.nn.modules.activation: Parameter RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus
module torch.nn.modules.activation: Softshrink Softsign Tanh Tanhshrink Tensor Threshold _arg_requires_grad
module torch.nn.modules.activation: _check_arg_device _is_make_fx_tracing constant_ torch warnings xavier_normal_
module torch.nn.modules.activation: xavier_uniform_
module torch.nn.modules.adaptive: AdaptiveLogSoftmaxWithLoss F Linear Module ModuleList Sequence Sequential Tensor
module torch.nn.modules.adaptive: _ASMoutput itertools namedtuple torch
module torch.nn.modules.batchnorm: Any BatchNorm1d BatchNorm2d BatchNorm3d F LazyBatchNorm1d LazyBatchNorm2d
module torch.nn.modules.batchnorm: LazyBatchNorm3d LazyModuleMixin Module Parameter SyncBatchNorm Tensor
module torch.nn.modules.batchnorm: UninitializedBuffer UninitializedParameter _BatchNorm _LazyNormBase _NormBase init
module torch.nn.modules.batchnorm: sync_batch_norm torch
module torch.nn.modules.channelshuffle: ChannelShuffle F Module Tensor
module torch.nn.modules.container: Any Container Module ModuleDict ModuleList OrderedDict Parameter ParameterDict
module torch.nn.modules.container: ParameterList Self Sequential T TYPE_CHECKING TypeVar _V _addindent
module torch.nn.modules.container: _copy_to_script_wrapper annotations chain container_abcs deprecated islice operator
module torch.nn.modules.container: overload torch
module torch.nn.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d F LazyConv1d
module torch.nn.modules.conv: LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d
module torch.nn.modules.conv: LazyModuleMixin Literal Module Parameter Tensor UninitializedParameter _ConvNd
module torch.nn.modules.conv: _ConvTransposeMixin _ConvTransposeNd _LazyConvXdMixin _pair _reverse_repeat_tuple _single
module torch.nn.modules.conv: _size_1_t _size_2_t _size_3_t _triple convolution_notes deprecated init math
module torch.nn.modules.conv: reproducibility_notes torch
module torch.nn.modules.distance: CosineSimilarity F Module PairwiseDistance Tensor
module torch.nn.modules.dropout: AlphaDropout Dropout Dropout1d Dropout2d Dropout3d F FeatureAlphaDropout Module Tensor
module torch.nn.modules.dropout: _DropoutNd
module torch.nn.modules.flatten: Flatten Module Tensor Unflatten _size
module torch.nn.modules.fold: F Fold Module Tensor Unfold _size_any_t
module torch.nn.modules.instancenorm: F InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
module torch.nn.modules.instancenorm: LazyInstanceNorm2d LazyInstanceNorm3d Tensor _InstanceNorm _LazyNormBase _NormBase
module torch.nn.modules.instancenorm: warnings
module torch.nn.modules.lazy: Any LazyModuleMixin Protocol _LazyProtocol is_lazy itertools torch
module torch.nn.modules.linear: Any Bilinear F Identity LazyLinear LazyModuleMixin Linear Module
module torch.nn.modules.linear: NonDynamicallyQuantizableLinear Parameter Tensor UninitializedParameter init math torch
module torch.nn.modules.linear_cross_entropy_options: LinearCrossEntropyOptions Literal NamedTuple _AUTO_DEFAULTS
module torch.nn.modules.linear_cross_entropy_options: _AUTO_FALLBACK _AutoDefault dataclasses torch
module torch.nn.modules.loss: BCELoss BCEWithLogitsLoss CTCLoss Callable CosineEmbeddingLoss CrossEntropyLoss F
module torch.nn.modules.loss: GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss Linear
module torch.nn.modules.loss: LinearCrossEntropyLoss LinearCrossEntropyOptions MSELoss MarginRankingLoss Module
module torch.nn.modules.loss: MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d
module torch.nn.modules.loss: PairwiseDistance PoissonNLLLoss SmoothL1Loss SoftMarginLoss Tensor TripletMarginLoss
module torch.nn.modules.loss: TripletMarginWithDistanceLoss _Loss _Reduction _WeightedLoss deprecated math
module torch.nn.modules.module: Any BackwardHook Buffer Callable DeviceLikeType Iterator Mapping Module Optional
module torch.nn.modules.module: OrderedDict Parameter RemovableHandle Self T Tensor TypeVar Union
module torch.nn.modules.module: _EXTRA_STATE_KEY_SUFFIX _IncompatibleKeys _WrappedHook _addindent _forward_unimplemented
module torch.nn.modules.module: _global_backward_hooks _global_backward_pre_hooks _global_buffer_registration_hooks
module torch.nn.modules.module: _global_forward_hooks _global_forward_hooks_always_called
module torch.nn.modules.module: _global_forward_hooks_with_kwargs _global_forward_pre_hooks
module torch.nn.modules.module: _global_is_full_backward_hook _global_module_registration_hooks
module torch.nn.modules.module: _global_parameter_registration_hooks _grad_t _has_any_global_hook device dtype functools
module torch.nn.modules.module: inspect is_traceable_wrapper_subclass itertools namedtuple overload
module torch.nn.modules.module: register_module_backward_hook register_module_buffer_registration_hook
module torch.nn.modules.module: register_module_forward_hook register_module_forward_pre_hook
module torch.nn.modules.module: register_module_full_backward_hook register_module_full_backward_pre_hook
module torch.nn.modules.module: register_module_module_registration_hook register_module_parameter_registration_hook
module torch.nn.modules.module: torch warnings weakref
module torch.nn.modules.normalization: CrossMapLRN2d F GroupNorm LayerNorm LocalResponseNorm Module Parameter RMSNorm
module torch.nn.modules.normalization: Size Tensor _cross_map_lrn2d _shape_t init numbers torch
module torch.nn.modules.padding: CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d F
module torch.nn.modules.padding: Module ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d
module torch.nn.modules.padding: ReplicationPad2d ReplicationPad3d Sequence Tensor ZeroPad1d ZeroPad2d ZeroPad3d
module torch.nn.modules.padding: _CircularPadNd _ConstantPadNd _ReflectionPadNd _ReplicationPadNd _ntuple _pair
module torch.nn.modules.padding: _quadruple _size_2_t _size_4_t _size_6_t
module torch.nn.modules.pixelshuffle: F Module PixelShuffle PixelUnshuffle Tensor
module torch.nn.modules.pooling: AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
module torch.nn.modules.pooling: AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d F FractionalMaxPool2d
module torch.nn.modules.pooling: FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d
module torch.nn.modules.pooling: MaxUnpool1d MaxUnpool2d MaxUnpool3d Module Tensor _AdaptiveAvgPoolNd _AdaptiveMaxPoolNd
module torch.nn.modules.pooling: _AvgPoolNd _LPPoolNd _MaxPoolNd _MaxUnpoolNd _pair _ratio_2_t _ratio_3_t _single
module torch.nn.modules.pooling: _size_1_t _size_2_opt_t _size_2_t _size_3_opt_t _size_3_t _size_any_opt_t _size_any_t
module torch.nn.modules.pooling: _triple
module torch.nn.modules.rnn: GRU GRUCell LSTM LSTMCell Module PackedSequence Parameter RNN RNNBase RNNCell RNNCellBase
module torch.nn.modules.rnn: Tensor _VF _apply_permutation _rnn_impls apply_permutation deprecated init math numbers
module torch.nn.modules.rnn: overload torch warnings weakref
module torch.nn.modules.sparse: Embedding EmbeddingBag F Module Parameter Tensor init torch
module torch.nn.modules.transformer: Any Callable Dropout F LayerNorm Linear Module ModuleList MultiheadAttention Tensor
module torch.nn.modules.transformer: Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder
module torch.nn.modules.transformer: TransformerEncoderLayer _detect_is_causal_mask _generate_square_subsequent_mask
module torch.nn.modules.transformer: _get_activation_fn _get_clones _get_seq_len copy torch warnings xavier_uniform_
module torch.nn.modules.upsampling: F Module Tensor Upsample UpsamplingBilinear2d UpsamplingNearest2d _ratio_2_t
module torch.nn.modules.upsampling: _ratio_any_t _size_2_t _size_any_t
module torch.nn.modules.utils: Any _list_with_default _ntuple _pair _quadruple _reverse_repeat_tuple _single _triple
module torch.nn.modules.utils: collections consume_prefix_in_state_dict_if_present repeat
numpy.bool_: __class_getitem__
numpy.float16: __class_getitem__ __round__ as_integer_ratio is_integer
numpy.float32: __class_getitem__ __round__ as_integer_ratio is_integer
numpy.float64: __ceil__ __class_getitem__ __floor__ __getformat__ __getnewargs__ __round__ __trunc__ as_integer_ratio
numpy.float64: fromhex hex is_integer
numpy.floating: __class_getitem__ __round__
numpy.generic: T __abs__ __add__ __and__ __array__ __array_interface__ __array_namespace__ __array_priority__
numpy.generic: __array_struct__ __array_wrap__ __bool__ __class__ __copy__ __deepcopy__ __delattr__ __dir__ __divmod__
numpy.generic: __doc__ __eq__ __float__ __floordiv__ __format__ __ge__ __getattribute__ __getitem__ __getstate__ __gt__
numpy.generic: __hash__ __init__ __init_subclass__ __int__ __invert__ __le__ __lshift__ __lt__ __mod__ __mul__ __ne__
numpy.generic: __neg__ __new__ __or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__
numpy.generic: __rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__
numpy.generic: __rxor__ __setattr__ __setstate__ __sizeof__ __str__ __sub__ __subclasshook__ __truediv__ __xor__ all any
numpy.generic: argmax argmin argsort astype base byteswap choose clip compress conj conjugate copy cumprod cumsum data
numpy.generic: device diagonal dtype dump dumps fill flags flat flatten getfield imag item itemsize max mean min nbytes
numpy.generic: ndim nonzero prod put ravel real repeat reshape resize round searchsorted setfield setflags shape size
numpy.generic: sort squeeze std strides sum swapaxes take to_device tobytes tofile tolist trace transpose var view
numpy.inexact: __class_getitem__
numpy.int16: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.int32: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.int64: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.int8: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.integer: __class_getitem__ __round__ denominator is_integer numerator
numpy.ndarray: T __abs__ __add__ __and__ __array__ __array_finalize__ __array_function__ __array_interface__
numpy.ndarray: __array_namespace__ __array_priority__ __array_struct__ __array_ufunc__ __array_wrap__ __bool__ __class__
numpy.ndarray: __class_getitem__ __complex__ __contains__ __copy__ __deepcopy__ __delattr__ __delitem__ __dir__
numpy.ndarray: __divmod__ __dlpack__ __dlpack_device__ __doc__ __eq__ __float__ __floordiv__ __format__ __ge__
numpy.ndarray: __getattribute__ __getitem__ __getstate__ __gt__ __hash__ __iadd__ __iand__ __ifloordiv__ __ilshift__
numpy.ndarray: __imatmul__ __imod__ __imul__ __index__ __init__ __init_subclass__ __int__ __invert__ __ior__ __ipow__
numpy.ndarray: __irshift__ __isub__ __iter__ __itruediv__ __ixor__ __le__ __len__ __lshift__ __lt__ __matmul__ __mod__
numpy.ndarray: __mul__ __ne__ __neg__ __new__ __or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __reduce__
numpy.ndarray: __reduce_ex__ __repr__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__
numpy.ndarray: __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __setattr__ __setitem__ __setstate__ __sizeof__
numpy.ndarray: __str__ __sub__ __subclasshook__ __truediv__ __xor__ all any argmax argmin argpartition argsort astype
numpy.ndarray: base byteswap choose clip compress conj conjugate copy ctypes cumprod cumsum data device diagonal dot
numpy.ndarray: dtype dump dumps fill flags flat flatten getfield imag item itemsize mT max mean min nbytes ndim nonzero
numpy.ndarray: partition prod put ravel real repeat reshape resize round searchsorted setfield setflags shape size sort
numpy.ndarray: squeeze std strides sum swapaxes take to_device tobytes tofile tolist trace transpose var view
numpy.number: __class_getitem__
numpy.signedinteger: __class_getitem__ __round__ denominator is_integer numerator
numpy.uint16: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.uint32: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.uint64: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.uint8: __class_getitem__ __index__ __round__ bit_count denominator is_integer numerator
numpy.unsignedinteger: __class_getitem__ __round__ denominator is_integer numerator
torch function: __annotations__ __builtins__ __call__ __class__ __closure__ __code__ __defaults__ __delattr__ __dict__
torch function: __dir__ __doc__ __eq__ __format__ __ge__ __get__ __getattribute__ __getstate__ __globals__ __gt__
torch function: __hash__ __init__ __init_subclass__ __kwdefaults__ __le__ __lt__ __module__ __name__ __ne__ __new__
torch function: __objclass__ __qualname__ __reduce__ __reduce_ex__ __repr__ __self__ __setattr__ __sizeof__ __str__
torch function: __subclasshook__ __text_signature__ __wrapped__
torch.Size: __add__ __class__ __class_getitem__ __contains__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__
torch.Size: __getattribute__ __getitem__ __getnewargs__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __iter__
torch.Size: __le__ __len__ __lt__ __mul__ __ne__ __new__ __radd__ __reduce__ __reduce_ex__ __repr__ __rmul__ __setattr__
torch.Size: __sizeof__ __str__ __subclasshook__ count index numel
torch.Tensor: H T __abs__ __add__ __and__ __annotations__ __array__ __array_priority__ __array_wrap__ __bool__ __class__
torch.Tensor: __complex__ __contains__ __cuda_array_interface__ __deepcopy__ __delattr__ __delitem__ __dict__ __dir__
torch.Tensor: __div__ __dlpack__ __dlpack_c_exchange_api__ __dlpack_device__ __doc__ __eq__ __float__ __floordiv__
torch.Tensor: __format__ __ge__ __getattribute__ __getitem__ __getstate__ __gt__ __hash__ __iadd__ __iand__ __idiv__
torch.Tensor: __ifloordiv__ __ilshift__ __imod__ __imul__ __index__ __init__ __init_subclass__ __int__ __invert__
torch.Tensor: __ior__ __ipow__ __irshift__ __isub__ __iter__ __itruediv__ __ixor__ __le__ __len__ __long__ __lshift__
torch.Tensor: __lt__ __matmul__ __mod__ __module__ __mul__ __ne__ __neg__ __new__ __nonzero__ __or__ __pos__ __pow__
torch.Tensor: __radd__ __rand__ __rdiv__ __reduce__ __reduce_ex__ __repr__ __reversed__ __rfloordiv__ __rlshift__
torch.Tensor: __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__
torch.Tensor: __setattr__ __setitem__ __setstate__ __sizeof__ __str__ __sub__ __subclasshook__ __torch_dispatch__
torch.Tensor: __torch_function__ __truediv__ __weakref__ __xor__ _addmm_activation _autocast_to_full_precision
torch.Tensor: _autocast_to_reduced_precision _backward_hooks _base _cdata _clear_non_serializable_cached_data
torch.Tensor: _coalesced_ _conj _conj_physical _dimI _dimV _dtensor__new__ _fix_weakref _grad _grad_fn
torch.Tensor: _has_symbolic_sizes_strides _indices _is_all_true _is_any_true _is_buffer _is_view _is_zerotensor
torch.Tensor: _lazy_clone _make_subclass _make_wrapper_subclass _neg_view _nested_tensor_size
torch.Tensor: _nested_tensor_storage_offsets _nested_tensor_strides _nnz _philox_normal_ _philox_uniform_
torch.Tensor: _post_accumulate_grad_hooks _python_dispatch _reduce_ex_internal _rev_view_func_unsafe
torch.Tensor: _sparse_mask_projection _to_dense _to_sparse _to_sparse_bsc _to_sparse_bsr _to_sparse_csc _to_sparse_csr
torch.Tensor: _typed_storage _use_count _values _version _view_func _view_func_unsafe abs abs_ absolute absolute_ acos
torch.Tensor: acos_ acosh acosh_ add add_ addbmm addbmm_ addcdiv addcdiv_ addcmul addcmul_ addmm addmm_ addmv addmv_
torch.Tensor: addr addr_ adjoint all allclose amax amin aminmax angle any apply_ arccos arccos_ arccosh arccosh_ arcsin
torch.Tensor: arcsin_ arcsinh arcsinh_ arctan arctan2 arctan2_ arctan_ arctanh arctanh_ argmax argmin argsort argwhere
torch.Tensor: as_strided as_strided_ as_strided_scatter as_subclass asin asin_ asinh asinh_ atan atan2 atan2_ atan_
torch.Tensor: atanh atanh_ backward baddbmm baddbmm_ bernoulli bernoulli_ bfloat16 bincount bitwise_and bitwise_and_
torch.Tensor: bitwise_left_shift bitwise_left_shift_ bitwise_not bitwise_not_ bitwise_or bitwise_or_ bitwise_right_shift
torch.Tensor: bitwise_right_shift_ bitwise_xor bitwise_xor_ bmm bool broadcast_to byte cauchy_ ccol_indices cdouble ceil
torch.Tensor: ceil_ cfloat chalf char cholesky cholesky_inverse cholesky_solve chunk clamp clamp_ clamp_max clamp_max_
torch.Tensor: clamp_min clamp_min_ clip clip_ clone coalesce col_indices conj conj_physical conj_physical_
torch.Tensor: const_data_ptr contiguous copy_ copysign copysign_ corrcoef cos cos_ cosh cosh_ count_nonzero cov cpu
torch.Tensor: cross crow_indices cuda cummax cummin cumprod cumprod_ cumsum cumsum_ data data_ptr deg2rad deg2rad_
torch.Tensor: dense_dim dequantize det detach detach_ device diag diag_embed diagflat diagonal diagonal_scatter diff
torch.Tensor: digamma digamma_ dim dim_order dist div div_ divide divide_ dot double dsplit dtype eig element_size eq
torch.Tensor: eq_ equal erf erf_ erfc erfc_ erfinv erfinv_ exp exp2 exp2_ exp_ expand expand_as expm1 expm1_
torch.Tensor: exponential_ fill_ fill_diagonal_ fix fix_ flatten flip fliplr flipud float float_power float_power_ floor
torch.Tensor: floor_ floor_divide floor_divide_ fmax fmin fmod fmod_ frac frac_ frexp gather gcd gcd_ ge ge_ geometric_
torch.Tensor: geqrf ger get_device grad grad_dtype grad_fn greater greater_ greater_equal greater_equal_ gt gt_ half
torch.Tensor: hardshrink hash_tensor heaviside heaviside_ histc histogram hsplit hypot hypot_ i0 i0_ igamma igamma_
torch.Tensor: igammac igammac_ imag index index_add index_add_ index_copy index_copy_ index_fill index_fill_ index_put
torch.Tensor: index_put_ index_reduce index_reduce_ index_select indices inner int int_repr inverse ipu is_coalesced
torch.Tensor: is_complex is_conj is_contiguous is_cpu is_cuda is_distributed is_floating_point is_inference is_ipu
torch.Tensor: is_leaf is_maia is_meta is_mkldnn is_mps is_mtia is_neg is_nested is_nonzero is_pinned is_quantized
torch.Tensor: is_same_size is_set_to is_shared is_signed is_sparse is_sparse_csr is_vulkan is_xla is_xpu isclose
torch.Tensor: isfinite isinf isnan isneginf isposinf isreal istft item itemsize kron kthvalue layout lcm lcm_ ldexp
torch.Tensor: ldexp_ le le_ lerp lerp_ less less_ less_equal less_equal_ lgamma lgamma_ log log10 log10_ log1p log1p_
torch.Tensor: log2 log2_ log_ log_normal_ log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_and_
torch.Tensor: logical_not logical_not_ logical_or logical_or_ logical_xor logical_xor_ logit logit_ logsumexp long lstsq
torch.Tensor: lt lt_ lu lu_solve mH mT map2_ map_ masked_fill masked_fill_ masked_scatter masked_scatter_ masked_select
torch.Tensor: matmul matrix_exp matrix_power max maximum mean median min minimum mm mode module_load moveaxis movedim
torch.Tensor: msort mtia mul mul_ multinomial multiply multiply_ mv mvlgamma mvlgamma_ name nan_to_num nan_to_num_
torch.Tensor: nanmean nanmedian nanquantile nansum narrow narrow_copy nbytes ndim ndimension ne ne_ neg neg_ negative
torch.Tensor: negative_ nelement new new_empty new_empty_strided new_full new_ones new_tensor new_zeros nextafter
torch.Tensor: nextafter_ nonzero nonzero_static norm normal_ not_equal not_equal_ numel numpy orgqr ormqr outer
torch.Tensor: output_nr permute persistent pin_memory pinverse polygamma polygamma_ positive pow pow_ prelu prod put
torch.Tensor: put_ q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qr qscheme
torch.Tensor: quantile rad2deg rad2deg_ random_ ravel real reciprocal reciprocal_ record_stream register_hook
torch.Tensor: register_post_accumulate_grad_hook reinforce relu relu_ remainder remainder_ renorm renorm_ repeat
torch.Tensor: repeat_interleave requires_grad requires_grad_ reshape reshape_as resize resize_ resize_as resize_as_
torch.Tensor: resize_as_sparse_ resolve_conj resolve_neg retain_grad retains_grad roll rot90 round round_ row_indices
torch.Tensor: rsqrt rsqrt_ scatter scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ select
torch.Tensor: select_scatter set_ sgn sgn_ shape share_memory_ short sigmoid sigmoid_ sign sign_ signbit sin sin_ sinc
torch.Tensor: sinc_ sinh sinh_ size slice_inverse slice_scatter slogdet smm softmax solve sort sparse_dim sparse_mask
torch.Tensor: sparse_resize_ sparse_resize_and_clear_ split split_with_sizes sqrt sqrt_ square square_ squeeze squeeze_
torch.Tensor: sspaddmm std stft storage storage_offset storage_type stride sub sub_ subtract subtract_ sum sum_to_size
torch.Tensor: svd swapaxes swapaxes_ swapdims swapdims_ symeig t t_ take take_along_dim tan tan_ tanh tanh_ tensor_split
torch.Tensor: tile to to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo
torch.Tensor: to_sparse_csc to_sparse_csr tolist topk trace transpose transpose_ triangular_solve tril tril_ triu triu_
torch.Tensor: true_divide true_divide_ trunc trunc_ type type_as unbind unflatten unfold uniform_ unique
torch.Tensor: unique_consecutive unsafe_chunk unsafe_split unsafe_split_with_sizes unsqueeze unsqueeze_ untyped_storage
torch.Tensor: values var vdot view view_as volatile vsplit where xlogy xlogy_ xpu zero_
torch.Tensor by state: H __cuda_array_interface__ imag mH mT
torch.autograd.Function: __call__ __class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__
torch.autograd.Function: __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__
torch.autograd.Function: __module__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__
torch.autograd.Function: __subclasshook__ __weakref__ _backward_cls _compiled_autograd_backward_state
torch.autograd.Function: _compiled_autograd_key _get_compiled_autograd_symints _input_metadata _is_pure_view
torch.autograd.Function: _materialize_non_diff_grads _raw_saved_tensors _register_hook _register_hook_dict _sequence_nr
torch.autograd.Function: _set_sequence_nr apply backward boxed_grads_call clear_saved_tensors_on_access dirty_tensors
torch.autograd.Function: forward generate_vmap_rule jvp mark_dirty mark_non_differentiable mark_shared_storage
torch.autograd.Function: materialize_grads maybe_clear_saved_tensors metadata name needs_input_grad next_functions
torch.autograd.Function: non_differentiable register_hook register_prehook requires_grad save_for_backward
torch.autograd.Function: save_for_forward saved_for_forward saved_tensors saved_variables set_materialize_grads
torch.autograd.Function: setup_context to_save vjp vmap
torch.device: __class__ __delattr__ __dir__ __doc__ __enter__ __eq__ __exit__ __format__ __ge__ __getattribute__
torch.device: __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__
torch.device: __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasshook__ index type
torch.dtype: __class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__
torch.dtype: __hash__ __init__ __init_subclass__ __le__ __lt__ __module__ __ne__ __new__ __reduce__ __reduce_ex__
torch.dtype: __repr__ __setattr__ __sizeof__ __str__ __subclasshook__ abbr is_complex is_floating_point is_signed
torch.dtype: itemsize to_complex to_real
torch.finfo: __class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__
torch.finfo: __hash__ __init__ __init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__
torch.finfo: __setattr__ __sizeof__ __str__ __subclasshook__ bits dtype eps max min resolution smallest_normal tiny
torch.fx.graph.Graph: __class__ __deepcopy__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__
torch.fx.graph.Graph: __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __module__
torch.fx.graph.Graph: __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasshook__
torch.fx.graph.Graph: __weakref__ _clear_nodes _co_fields _codegen _find_nodes_lookup_table _get_tensor_meta_val
torch.fx.graph.Graph: _graph_namespace _insert _len _owning_module _python_code _resolve_unbacked_binding _root
torch.fx.graph.Graph: _target_to_str _tracer_cls _tracer_extras _used_names call_function call_method call_module
torch.fx.graph.Graph: create_node create_size_node create_storage_offset_node create_stride_node eliminate_dead_code
torch.fx.graph.Graph: erase_node find_nodes get_attr graph_copy inserting_after inserting_before lint materialize_symint
torch.fx.graph.Graph: materialize_symints node_copy nodes on_generate_code output output_node owning_module placeholder
torch.fx.graph.Graph: print_tabular process_inputs process_outputs python_code set_codegen
torch.fx.graph.Node: __annotations__ __class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__
torch.fx.graph.Node: __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __module__
torch.fx.graph.Node: __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __setstate__ __sizeof__ __str__
torch.fx.graph.Node: __subclasshook__ __weakref__ _args _erased _input_nodes _kwargs _next _prepend _pretty_print_target
torch.fx.graph.Node: _prev _remove_from_list _rename _replace_input_with _repr_fn _sort_key _update_args_kwargs
torch.fx.graph.Node: all_input_nodes append args format_node graph insert_arg is_impure kwargs meta name next
torch.fx.graph.Node: normalized_arguments op prepend prev replace_all_uses_with replace_input_with stack_trace target
torch.fx.graph.Node: type update_arg update_kwarg users
torch.fx.graph_module.GraphModule: __copy__ __deepcopy__ __jit_unused_properties__ __reduce_package__ _boxed_call _code
torch.fx.graph_module.GraphModule: _create_node_hooks _deepcopy_hooks _deepcopy_init _erase_node_hooks _graph
torch.fx.graph_module.GraphModule: _lineno_map _prologue_start _recompile_submodules _register_create_node_hook
torch.fx.graph_module.GraphModule: _register_deepcopy_hook _register_erase_node_hook _register_replace_node_hook
torch.fx.graph_module.GraphModule: _replace_hooks _set_replace_hook _tracer_cls _tracer_extras
torch.fx.graph_module.GraphModule: _unregister_create_node_hook _unregister_deepcopy_hook _unregister_erase_node_hook
torch.fx.graph_module.GraphModule: _unregister_replace_node_hook _wrapped_call add_submodule code
torch.fx.graph_module.GraphModule: delete_all_unused_submodules delete_submodule graph meta print_readable recompile
torch.fx.graph_module.GraphModule: shape_env to_folder
torch.fx.proxy.Attribute: __abs__ __add__ __and__ __bool__ __call__ __class__ __deepcopy__ __delattr__ __dict__ __dir__
torch.fx.proxy.Attribute: __div__ __doc__ __eq__ __floordiv__ __format__ __ge__ __getattr__ __getattribute__ __getitem__
torch.fx.proxy.Attribute: __getstate__ __gt__ __hash__ __init__ __init_subclass__ __invert__ __iter__ __le__ __len__
torch.fx.proxy.Attribute: __lshift__ __lt__ __matmul__ __mod__ __module__ __mul__ __ne__ __neg__ __new__ __or__ __pos__
torch.fx.proxy.Attribute: __pow__ __radd__ __rand__ __rdiv__ __reduce__ __reduce_ex__ __repr__ __rfloordiv__
torch.fx.proxy.Attribute: __rgetitem__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ __rshift__
torch.fx.proxy.Attribute: __rsub__ __rtruediv__ __rxor__ __setattr__ __setstate__ __sizeof__ __str__ __sub__
torch.fx.proxy.Attribute: __subclasshook__ __torch_function__ __truediv__ __weakref__ __xor__ _node attr keys node root
torch.fx.proxy.Attribute: tracer
torch.fx.proxy.Proxy: __abs__ __add__ __and__ __bool__ __call__ __class__ __deepcopy__ __delattr__ __dict__ __dir__
torch.fx.proxy.Proxy: __div__ __doc__ __eq__ __floordiv__ __format__ __ge__ __getattr__ __getattribute__ __getitem__
torch.fx.proxy.Proxy: __getstate__ __gt__ __hash__ __init__ __init_subclass__ __invert__ __iter__ __le__ __len__
torch.fx.proxy.Proxy: __lshift__ __lt__ __matmul__ __mod__ __module__ __mul__ __ne__ __neg__ __new__ __or__ __pos__
torch.fx.proxy.Proxy: __pow__ __radd__ __rand__ __rdiv__ __reduce__ __reduce_ex__ __repr__ __rfloordiv__ __rgetitem__
torch.fx.proxy.Proxy: __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rrshift__ __rshift__ __rsub__
torch.fx.proxy.Proxy: __rtruediv__ __rxor__ __setattr__ __setstate__ __sizeof__ __str__ __sub__ __subclasshook__
torch.fx.proxy.Proxy: __torch_function__ __truediv__ __weakref__ __xor__ keys node tracer
torch.iinfo: __class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__
torch.iinfo: __hash__ __init__ __init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__
torch.iinfo: __setattr__ __sizeof__ __str__ __subclasshook__ bits dtype max min
torch.nn layer: __annotations__ __call__ __class__ __class_getitem__ __constants__ __delattr__ __deprecated__ __dict__
torch.nn layer: __dir__ __doc__ __eq__ __format__ __ge__ __getattr__ __getattribute__ __getstate__ __gt__ __hash__
torch.nn layer: __init__ __init_subclass__ __jit_unused_properties__ __le__ __lt__ __module__ __ne__ __new__
torch.nn layer: __orig_bases__ __parameters__ __reduce__ __reduce_ex__ __repr__ __setattr__ __setstate__ __sizeof__
torch.nn layer: __slots__ __str__ __subclasshook__ __weakref__
torch.nn.Module: T_destination __annotations__ __call__ __class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__
torch.nn.Module: __ge__ __getattr__ __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__
torch.nn.Module: __lt__ __module__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __setstate__ __sizeof__
torch.nn.Module: __str__ __subclasshook__ __weakref__ _apply _backward_hooks _backward_pre_hooks _buffers _call_impl
torch.nn.Module: _compiled_call_impl _forward_hooks _forward_hooks_always_called _forward_hooks_with_kwargs
torch.nn.Module: _forward_pre_hooks _forward_pre_hooks_with_kwargs _get_backward_hooks _get_backward_pre_hooks _get_name
torch.nn.Module: _is_full_backward_hook _load_from_state_dict _load_state_dict_post_hooks _load_state_dict_pre_hooks
torch.nn.Module: _maybe_warn_non_full_backward_hook _modules _named_members _non_persistent_buffers_set _parameters
torch.nn.Module: _register_load_state_dict_pre_hook _register_state_dict_hook _replicate_for_data_parallel
torch.nn.Module: _save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _version _wrapped_call_impl
torch.nn.Module: add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
torch.nn.Module: extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
torch.nn.Module: load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
torch.nn.Module: register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
torch.nn.Module: register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
torch.nn.Module: register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
torch.nn.Module: register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
torch.nn.Module: to_empty train training type xpu zero_grad
torch.nn.ModuleDict: __contains__ __delitem__ __getitem__ __iter__ __len__ __setitem__ clear items keys pop update
torch.nn.ModuleDict: values
torch.nn.ModuleList: __add__ __delitem__ __getitem__ __iadd__ __iter__ __len__ __setitem__ _get_abs_string_index append
torch.nn.ModuleList: extend insert pop
torch.nn.ParameterDict: __contains__ __delitem__ __getitem__ __ior__ __iter__ __len__ __or__ __reversed__ __ror__
torch.nn.ParameterDict: __setitem__ _key_to_attr _keys clear copy fromkeys get items keys pop popitem setdefault update
torch.nn.ParameterDict: values
torch.nn.ParameterList: __getitem__ __iadd__ __iter__ __len__ __setitem__ _get_abs_string_index _size append extend
torch.nn.Sequential: __add__ __delitem__ __getitem__ __iadd__ __imul__ __iter__ __len__ __mul__ __rmul__ __setitem__
torch.nn.Sequential: _get_item_by_idx append extend insert pop
"""
"""One line for each part of a class: its name, and names of attributes."""


@functools.cache
def _tables() -> dict[str, frozenset[str]]:
    tables: dict[str, set[str]] = {}
    for line in _NAMES.splitlines():
        kind, _, names = line.partition(":")
        tables.setdefault(kind, set()).update(names.split())
    return {kind: frozenset(names) for kind, names in tables.items()}


def of(kind: str) -> frozenset[str] | None:
    """Return the names that objects of a class may have, None if the class is not listed."""
    return _tables().get(kind)


@functools.cache
def _homes() -> dict[str, str]:
    start = "classes of "
    return {name: kind[len(start) :] for kind, names in _tables().items() if kind.startswith(start) for name in names}


def home_of(name: str) -> str | None:
    """Return the module in which a class of torch says that it is written, None if it is not listed."""
    package, _, last = name.rpartition(".")
    if name == "torch.Tensor":
        return "torch"
    if name == "torch.nn.Parameter":
        return "torch.nn.parameter"
    return _homes().get(last) if package == "torch.nn" else None
