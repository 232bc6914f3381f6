# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh. The cluster's certificate authority, and a kubeconfig for each user of the API.

pki=$state/pki

make_authority() {
  mkdir -p "$pki"
  chmod 700 "$pki"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$testbed" \
    -keyout "$pki/ca.key" -out "$pki/ca.crt" 2>/dev/null
  openssl ecparam -genkey -name prime256v1 -noout -out "$pki/service-accounts.key"
  openssl ec -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub" 2>/dev/null
}

# issue NAME COMMON-NAME ORGANISATION [SUBJECT-ALTERNATIVE-NAMES]: writes NAME.key and NAME.crt.
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/O=$3/CN=$2" \
    -keyout "$pki/$1.key" -out "$pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 365 \
    -extfile <(echo "subjectAltName=${4:-DNS:$1}") -out "$pki/$1.crt" 2>/dev/null
}

# issue_kubeconfig NAME COMMON-NAME ORGANISATION: writes NAME.conf, which holds all it needs and can be copied.
issue_kubeconfig() {
  issue "$@"
  cat >"$pki/$1.conf" <<CONF
apiVersion: v1
kind: Config
clusters:
  - name: $testbed
    cluster: {server: "$api_url", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}
users:
  - name: $1
    user: {client-certificate-data: $(base64 -w0 "$pki/$1.crt"), client-key-data: $(base64 -w0 "$pki/$1.key")}
contexts:
  - name: $testbed
    context: {cluster: $testbed, user: $1}
current-context: $testbed
CONF
}
