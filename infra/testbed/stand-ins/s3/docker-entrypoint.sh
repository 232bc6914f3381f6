#!/bin/sh
# Arguments go to the program, as in the official image.
set -e
exec /usr/local/bin/versitygw "$@"
