// Node loads this as an addon.
#include <node_api.h>

#include "operation.h"

// Registers every operation; throws where TensorFlow does not take one.
NAPI_MODULE_INIT() {
  TF_Status* status = TF_NewStatus();
  bool is_fine = true;
  for (const auto* operations : {&whetstone::NormOperations(), &whetstone::DepthwiseOperations()})
    for (const whetstone::Operation& operation : *operations)
      is_fine = is_fine && whetstone::Register(operation, status);
  if (!is_fine) napi_throw_error(env, nullptr, TF_Message(status));
  TF_DeleteStatus(status);
  return exports;
}
