// The bodies of StreamConnection. Internal: included by connection_plain.cc and connection_tls.cc alone.
#pragma once

#include "core/http/stream_answering.h"
#include "core/http/stream_reading.h"
