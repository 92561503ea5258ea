#include "operator/helm/functions/functions.hpp"

namespace kyma::helm {

const FunctionMap& sprig_functions() {
  static const FunctionMap functions{
      gotemplate::builtin_functions(),
      default_functions(),
      string_functions(),
      case_functions(),
      layout_functions(),
      regex_functions(),
      path_functions(),
      list_functions(),
      dict_functions(),
      number_functions(),
      encoding_functions(),
      crypto_functions(),
      date_functions(),
      version_functions(),
  };
  return functions;
}

}  // namespace kyma::helm
