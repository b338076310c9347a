// Boost.JSON is not packaged as a library on its own here; its sources are compiled once, in this file and
// nothing else with it.
#include <boost/json/src.hpp>
