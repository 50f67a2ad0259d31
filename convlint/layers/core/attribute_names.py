"""The names of attributes that torch's own modules have: what is none of them is certainly missing."""

from __future__ import annotations

import re

_TEXT = """
    T_destination _adjust _all_weights _apply _apply_instance_norm _backward_hooks _backward_pre_hooks _buffers
    _call_impl _ceil_div _check_input_dim _check_non_zero_input_channels _compiled_call_impl
    _compute_batch_chunk_size _conv_forward _ff_block _fill_padding_idx_with_zero _flat_weight_refs _flat_weights
    _flat_weights_names _forward_hooks _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks
    _forward_pre_hooks_with_kwargs _freeze _get_abs_string_index _get_backward_hooks _get_backward_pre_hooks
    _get_full_log_prob _get_in_channels _get_item_by_idx _get_name _get_no_batch_dim _get_num_spatial_dims
    _handle_no_batch_input _infer_parameters _init_flat_weights _initialize_hook _is_full_backward_hook _is_protocol
    _key_to_attr _keys _lazy_load_hook _load_from_state_dict _load_hook _load_state_dict_post_hooks
    _load_state_dict_pre_hooks _mask _maybe_warn_non_full_backward_hook _mha_block _modules _named_members
    _non_persistent_buffers_set _output_padding _parameters _qkv_same_embed_dim _random_samples
    _register_load_state_dict_pre_hook _register_state_dict_hook _replicate_for_data_parallel _require_tuple_int
    _reset_parameters _resolve_auto_acc_dtype _reversed_padding_repeated_twice _sa_block _save_to_state_dict _size
    _slow_forward _state_dict_hooks _state_dict_pre_hooks _update_flat_weights _version _weight
    _weights_have_changed _wrapped_call_impl acc_dtype acc_policy activation activation_relu_or_gelu add_bias_kv
    add_module add_zero_attn affine align_corners all_weights alloc_input_chunk_acc_buf alloc_input_grad_acc_buf
    alloc_linear_bias_grad_chunk alloc_logits_acc_buf alloc_weight_grad_chunk allow_retain_graph alpha amax append
    apply approximate arg backward batch_chunk_size batch_first bchunk_size bchunk_start beta bfloat16 bias
    bias_grad_acc bias_hh bias_ih bias_k bias_v bidirectional bind_chunk blank buffers build call_super_init
    ceil_mode check_forward_args check_hidden_size check_input children chunking_method chunks clear cls_to_become
    compile compute_input_grad compute_linear_bias_grad compute_linear_weight_grad convert_sync_batchnorm copy
    corrected_target count_include_pad cpu ctx cuda custom_decoder custom_encoder cutoffs d_model decoder
    decoder_layer delta device dilation dim dim_feedforward distance_function div div_value divisor_override
    dotgather double downscale_factor dropout dropout1 dropout2 dropout3 dtype dump_patches elementwise_affine
    embed_dim embedding_dim enable_nested_tensor encoder encoder_layer end_dim eps eval extend extra_repr
    flatten_parameters float forward forward_uses_acc_input forward_uses_cuda_out_dtype freeze from_pretrained
    fromkeys full gather generate_square_subsequent_mask get get_buffer get_expected_cell_size
    get_expected_hidden_size get_extra_state get_parameter get_submodule grad_input grad_input_chunk
    grad_input_dtype grad_linear_bias grad_linear_weight groups half has_uninitialized_params head head_bias
    head_dim head_size hidden_size hook ignore_index in1_features in2_features in_channels in_features in_proj_bias
    in_proj_weight include_last_offset init initialize_parameters inplace input input_chunk input_chunk_acc
    input_chunk_acc_buf input_grad_acc_buf input_grad_linear_weight input_grad_logits input_grad_uses_logits_lw
    input_size insert ipu is_cuda items k k_proj_weight kdim keepdim kernel_size keys label_smoothing lambd
    layer_norm_eps layers linear linear1 linear2 linear_bias linear_bias_cast linear_bias_grad_chunk linear_weight
    linear_weight_cast linear_weight_cast_dtype load_state_dict log_input log_prob log_target logits logits_acc_buf
    logits_buf logits_downcast logits_upcast loop_caches_logits_downcast loss_grad_output lower margin mask_check
    max_norm max_val max_value merge_masks min_val min_value missing_keys mm mode module modules momentum mtia mul
    multihead_attn n_classes n_clusters name named_buffers named_children named_modules named_parameters
    needs_input_grad neg_weight_target negative_slope nhead nonlinearity norm norm1 norm2 norm3 norm_first norm_type
    normalized_shape num_batches num_batches_tracked num_channels num_chunks num_classes num_decoder_layers
    num_embeddings num_encoder_layers num_features num_groups num_heads num_layers num_parameters options
    out_channels out_features out_proj output output_padding output_ratio output_size p padding padding_idx
    padding_mode parallel_apply parameters permute_hidden pop popitem pos_weight predict process_group proj_size
    q_proj_weight qconfig recompute_scale_factor reduce reduction register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook replicate requires_grad_ reset_parameters
    reset_running_stats return_indices running_mean running_var save_for_backward saved_tensors scale_factor
    scale_grad_by_freq scatter self_attn set_extra_state set_submodule setdefault share_memory shortlist_size size
    size_average sparse start_dim state_dict stride sum sumexp_ swap tail target target_chunk threshold tmp to
    to_empty track_running_stats train training transposed type unexpected_keys unflattened_size update upper
    upscale_factor use_acc_dtype use_nested_tensor v_proj_weight value values vdim weight weight_chunk
    weight_chunk_dtype weight_grad_chunk weight_grad_input weight_grad_mm_same_dtype
    weight_grad_uses_logits_buf_temp weight_hh weight_ih with_module xpu zero_grad zero_infinity
"""
_OF_OTHER_VERSIONS = "NamedShape _require_tuple_tuple"
"""What torch 2.11 has and 2.13, from which the list is made, no longer has."""
_NAMES = frozenset([*_TEXT.split(), *_OF_OTHER_VERSIONS.split()])
_METHODS = {
    "cls_to_become has_uninitialized_params initialize_parameters": (
        "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d "
        "LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d "
        "LazyLinear"
    ),
    "convert_sync_batchnorm": ("SyncBatchNorm"),
    "from_pretrained": ("Embedding EmbeddingBag"),
    "generate_square_subsequent_mask": ("Transformer"),
    "get_expected_cell_size": ("LSTM"),
    "check_forward_args check_hidden_size check_input flatten_parameters get_expected_hidden_size permute_hidden": (
        "GRU LSTM RNN RNNBase"
    ),
    "log_prob predict": ("AdaptiveLogSoftmaxWithLoss"),
    "merge_masks": ("MultiheadAttention"),
    "gather parallel_apply replicate scatter": ("DataParallel"),
    "reset_parameters": (
        "AdaptiveLogSoftmaxWithLoss BatchNorm1d BatchNorm2d BatchNorm3d Bilinear Conv1d Conv2d Conv3d "
        "ConvTranspose1d ConvTranspose2d ConvTranspose3d Embedding EmbeddingBag GRU GRUCell GroupNorm "
        "InstanceNorm1d InstanceNorm2d InstanceNorm3d LSTM LSTMCell LayerNorm LazyBatchNorm1d LazyBatchNorm2d "
        "LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d "
        "LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear Linear PReLU "
        "RMSNorm RNN RNNBase RNNCell RNNCellBase SyncBatchNorm"
    ),
    "num_batches_tracked reset_running_stats running_mean running_var": (
        "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyBatchNorm1d "
        "LazyBatchNorm2d LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d "
        "SyncBatchNorm"
    ),
}
"""Methods and buffers that only some layers have → the classes that have them."""
_OWNERS = {method: frozenset(classes.split()) for methods, classes in _METHODS.items() for method in methods.split()}
_NUMBERED = re.compile(r"(weight|bias)_(ih|hh|hr)_l\d+(_reverse)?")


def may_have(kind: str, name: str) -> bool:
    """Tell whether objects of a class of `torch.nn`, such as "Conv2d", may have an attribute of that name."""
    if name in _OWNERS:
        return kind in _OWNERS[name] or kind.startswith("_")
    return name in _NAMES or name.startswith("__") or _NUMBERED.fullmatch(name) is not None
