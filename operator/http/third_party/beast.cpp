// Beast's own translation unit (separate compilation).
#include <boost/beast/src.hpp>
