// The TLS part of Asio (separate compilation).
#include <boost/asio/ssl/impl/src.hpp>
