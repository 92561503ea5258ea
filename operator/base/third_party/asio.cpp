// Asio's own translation unit (separate compilation).
#include <boost/asio/impl/src.hpp>
