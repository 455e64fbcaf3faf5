/** Recorded cases that the product answers otherwise, each with its reason; mirrored in docs/feature-support.md. */
const redriveCount =
  'recorded before AWS added RedriveCount to the context object (November 2023); later recordings have it';
const compactEntry =
  'recorded before AWS showed the first state the input as it was sent; later recordings of the same input do';

export const exceptions: Readonly<Record<string, string>> = {
  'base_scenarios.lambda_invoke_with_retry_extended_input': redriveCount,
  'base_scenarios.lambda_service_invoke_with_retry_extended_input': redriveCount,
  'callback.start_execution_sync':
    'recorded before AWS added RedriveCount to an execution (November 2023); later recordings have it',
  'base_scenarios.map_state_label': compactEntry,
  'base_scenarios.map_state_result_writer': compactEntry,
  'timeouts.service_lambda_map_timeout':
    'four timeouts of the same instant: AWS wrote the third before the second, we keep their order',
};
