#include "server/sanitize/secrets/secret_formats.h"

namespace usher::sanitize {
namespace {

using enum Check;

// clang-format off
constexpr SecretFormat kContexts[] = {
    {"aws_secret_access_key", "AKIA|ASIA", R"re(A[KS]IA[A-Z0-9]{16}["']?[\s,;:|/]{1,3}["']?([A-Za-z0-9/+]{40}))re", kRandom, "docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"},
    {"basic_auth_header", "basic", R"re((?i)basic[ \t]+([A-Za-z0-9+/_-]{8,512}={0,2}))re", kBasicAuth, "www.rfc-editor.org/rfc/rfc7617"},
    {"docker_registry_auth", "\"auth\"", R"re("auth"\s{0,4}:\s{0,4}"([A-Za-z0-9+/]{8,512}={0,2})")re", kBasicAuth, "docs.docker.com/reference/cli/docker/login"},
    {"npmrc_auth", "_auth", R"re((?i)_auth\s{0,4}=\s{0,4}"?([A-Za-z0-9+/]{8,512}={0,2}))re", kBasicAuth, "docs.npmjs.com/cli/configuring-npm/npmrc"},
    {"bearer_token", "bearer", R"re((?i)bearer[ \t]+((?:[A-Za-z0-9_~-]{1,60}\.){0,4}[A-Za-z0-9+/_-]{16,}={0,2}))re", kRandom, "www.rfc-editor.org/rfc/rfc6750"},
    {"curl_user_password", "-u |-u=|--user|--proxy-user", R"re((?:-u|--user|--proxy-user)(?:[ \t]+|=)["']?[A-Za-z0-9._@\\+-]{1,64}:([^\s"'<>`]{4,128}))re", kPassword, "curl.se/docs/manpage.html#-u"},
    {"sshpass_password", "sshpass", R"re(sshpass[ \t]+-p[ \t]*["']?([^\s"'<>`]{4,128}))re", kPassword, "man.archlinux.org/man/sshpass.1"},
    {"mysql_command_password", "mysql|mariadb", R"re((?:mysql|mariadb)(?:dump|admin|import)?[^\n|;&]{0,160}?[ \t]-p["']?([^\s"'<>`-][^\s"'<>`]{3,127}))re", kPassword, "dev.mysql.com/doc/refman/8.0/en/connecting.html"},
    {"login_command_password", "login", R"re(login[ \t](?:[^\n|;&]{0,160}[ \t])?-p[ \t]+["']?([^\s"'<>`]{4,128}))re", kPassword, "docs.docker.com/reference/cli/docker/login"},
    {"redis_command_password", "redis-cli", R"re(redis-cli[^\n|;&]{0,160}?[ \t]-a[ \t]+["']?([^\s"'<>`]{4,128}))re", kPassword, "redis.io/docs/latest/develop/tools/cli"},
    {"sqlcmd_password", "sqlcmd", R"re(sqlcmd[^\n|;&]{0,160}?[ \t]-P[ \t]*["']?([^\s"'<>`]{4,128}))re", kPassword, "learn.microsoft.com/sql/tools/sqlcmd"},
    {"openssl_pass", "pass:", R"re(pass:([^\s"'<>,;`]{6,128}))re", kPassword, "docs.openssl.org/master/man1/openssl-passphrase-options"},
    {"net_user_password", "net user", R"re((?i)net user[ \t]+["']?[A-Za-z0-9._-]{1,40}["']?[ \t]+["']?([^\s"'<>`/][^\s"'<>`]{5,127}))re", kPassword, "learn.microsoft.com/windows-server/administration/windows-commands/net-user"},
    {"powershell_secure_string", "convertto-securestring", R"re((?i)convertto-securestring[ \t]+(?:-string[ \t]+)?["']([^"'\n]{4,128})["'])re", kPassword, "learn.microsoft.com/powershell/module/microsoft.powershell.security/convertto-securestring"},
    {"sql_user_password", "identified by", R"re((?i)identified by[ \t]+(?:password[ \t]+)?['"]([^\s'";]{4,128})['"])re", kPassword, "dev.mysql.com/doc/refman/8.0/en/create-user.html"},
    {"sql_role_password", "password '", R"re((?i)password '([^'\n]{4,128})')re", kPassword, "www.postgresql.org/docs/current/sql-createrole.html"},
    {"netrc_password", "machine|default", R"re((?:machine[ \t]+[^\s]{1,253}|default)\s{1,8}(?:login[ \t]+[^\s]{1,128}\s{1,8})(?:account[ \t]+[^\s]{1,128}\s{1,8})?password[ \t]+([^\s"'<>`]{4,256}))re", kPassword, "www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html"},
    {"pgpass_password", ":5432:|:*:", R"re(:(?:5432|\*):(?:[A-Za-z0-9_-]{1,63}|\*):[A-Za-z0-9_-]{1,63}:([^\s:"'<>`]{4,128}))re", kPassword, "www.postgresql.org/docs/current/libpq-pgpass.html"},
    {"azure_connection_string_key", "AccountKey=", R"re(AccountKey=([A-Za-z0-9+/]{40,100}={0,2}))re", kRandom, "learn.microsoft.com/azure/storage/common/storage-configure-connection-string"},
    {"azure_shared_access_key", "SharedAccessKey=", R"re(SharedAccessKey=([A-Za-z0-9+/]{40,60}=?))re", kRandom, "learn.microsoft.com/azure/service-bus-messaging/service-bus-sas"},
    {"azure_sas_signature", "sig=", R"re([?&;]?sig=([A-Za-z0-9%+/_-]{40,80}={0,1}))re", kRandom, "learn.microsoft.com/azure/storage/common/storage-sas-overview"},
    {"aws_presigned_signature", "X-Amz-Signature=", R"re(X-Amz-Signature=([a-f0-9]{64}))re", kNone, "docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html"},
    {"aws_security_token", "x-amz-security-token", R"re((?i)x-amz-security-token(?:=|:[ \t]*)([A-Za-z0-9%+/=_-]{60,}))re", kRandom, "docs.aws.amazon.com/general/latest/gr/signing-aws-api-requests.html"},
    {"jwk_private_key", "\"d\"", R"re("d"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{43,700})")re", kRandom, "www.rfc-editor.org/rfc/rfc7517"},
    {"jwk_symmetric_key", "\"k\"", R"re("k"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{22,200})")re", kRandom, "www.rfc-editor.org/rfc/rfc7517"},
    {"otp_seed", "otpauth://", R"re(otpauth://(?:totp|hotp)/[^\s"'<>`]{0,300}?[?&]secret=([A-Z2-7]{16,128}=*))re", kNone, "github.com/google/google-authenticator/wiki/Key-Uri-Format"},
    {"wireguard_key", "PrivateKey|PresharedKey", R"re((?:PrivateKey|PresharedKey)\s{0,4}=\s{0,4}([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=))re", kNone, "www.wireguard.com/quickstart"},
    {"wifi_passphrase", "psk=", R"re(psk=["']([^"'\n]{8,63})["'])re", kPassword, "w1.fi/wpa_supplicant"},
    {"wifi_qr_password", "WIFI:", R"re(WIFI:(?:[TSH]:[^;\n]{0,64};){0,3}P:([^;\n]{8,63});)re", kPassword, "github.com/zxing/zxing/wiki/Barcode-Contents"},
    {"kubeadm_bootstrap_token", "--token", R"re(--token[ =]([a-z0-9]{6}\.[a-z0-9]{16}))re", kNone, "kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens"},
    {"vault_legacy_token", "vault_token|x-vault-token", R"re((?i)(?:vault_token|x-vault-token)["']?\s{0,4}[=:]\s{0,4}["']?(s\.[a-z0-9]{24}))re", kNone, "developer.hashicorp.com/vault/docs/concepts/tokens"},
    {"ethereum_private_key", "private", R"re((?i)private[_ -]?key["']?\s{0,4}(?:[=:]|is)\s{0,4}["']?(0x[a-f0-9]{64}))re", kNone, "ethereum.org/developers/docs/accounts"},
    {"ntlm_hash", ":::", R"re([0-9]{3,5}:[a-fA-F0-9]{32}:([a-fA-F0-9]{32}):::)re", kNone, "learn.microsoft.com/windows-server/security/kerberos/passwords-technical-overview", 69, 71},
