/** What TensorFlow should find in the environment; `useNativeEngine` sets what is unset. */
export const TENSORFLOW_ENVIRONMENT = {
  // Unset, it writes every remark to stderr.
  TF_CPP_MIN_LOG_LEVEL: '2',
  // Unset, processors without AVX-512 do without oneDNN, which costs them a third of their speed.
  TF_ENABLE_ONEDNN_OPTS: '1',
  // Unset, it takes all memory of a card at once.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
} as const;

/**
 * The environment to start a training process with. The last two make glibc keep the memory of
 * freed activations: given back and taken again at every operation, it costs up to half the time.
 * glibc reads them before the first line of JavaScript runs, so only the parent can set them.
 */
export const TRAINING_PROCESS_ENVIRONMENT = {
  ...TENSORFLOW_ENVIRONMENT,
  MALLOC_MMAP_THRESHOLD_: String(8 * 2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(64 * 2 ** 30),
} as const;
