// What crypto_functions() lists and its other files define.
#pragma once

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm::crypto {

using gotemplate::Call;
using gotemplate::Value;

// Random texts.
Value random_alphanumeric(Call& call);
Value random_letters(Call& call);
Value random_ascii(Call& call);
Value random_digits(Call& call);
Value random_integer(Call& call);
Value random_bytes(Call& call);
Value random_uuid(Call& call);

// Passwords and secrets.
Value hash_password(Call& call);
Value htpasswd_line(Call& call);
Value derive_password(Call& call);
Value encrypt(Call& call);
Value decrypt(Call& call);

}  // namespace kyma::helm::crypto
