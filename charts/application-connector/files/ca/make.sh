#!/bin/sh
# Makes a key and a certificate of a CA in /out. DAYS and SUBJECT come by the environment.
set -eu
cd /out
openssl genrsa -out ca.key 4096
openssl req -x509 -new -sha256 -key ca.key -days "$DAYS" -subj "$SUBJECT" -out ca.crt \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
