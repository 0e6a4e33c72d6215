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
};

// Keys are compared with the letters and digits of the name before a value, in lower case.
constexpr KeyedFormat kKeyed[] = {
    {"aws_secret_access_key", "secretaccesskey", R"([A-Za-z0-9/+]{40})", "docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"},
    {"aws_secret_access_key", "awssecret", R"([A-Za-z0-9/+]{40})", "docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"},
    {"aws_session_token", "sessiontoken", R"([A-Za-z0-9/+=]{100,})", "docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html"},
    {"alibaba_access_key_secret", "accesskeysecret", R"([A-Za-z0-9]{30})", "www.alibabacloud.com/help/ram"},
    {"tencent_secret_key", "tencent", R"([A-Za-z0-9]{32})", "www.tencentcloud.com/document/product/598"},
    {"twilio_auth_token", "twilio", R"([0-9a-f]{32})", "www.twilio.com/docs/iam/api"},
    {"heroku_api_key", "heroku", R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", "devcenter.heroku.com/articles/authentication"},
    {"datadog_api_key", "datadog", R"([0-9a-f]{32}|[0-9a-f]{40})", "docs.datadoghq.com/account_management/api-app-keys"},
    {"datadog_api_key", "ddapi", R"([0-9a-f]{32})", "docs.datadoghq.com/account_management/api-app-keys"},
    {"datadog_app_key", "ddapp", R"([0-9a-f]{40})", "docs.datadoghq.com/account_management/api-app-keys"},
    {"cloudflare_api_token", "cloudflare", R"([A-Za-z0-9_-]{40})", "developers.cloudflare.com/fundamentals/api"},
    {"cloudflare_global_key", "cloudflare", R"([0-9a-f]{37})", "developers.cloudflare.com/fundamentals/api"},
    {"wandb_api_key", "wandb", R"([0-9a-f]{40})", "docs.wandb.ai/support/find_api_key"},
    {"okta_api_token", "okta", R"(00[A-Za-z0-9_-]{40})", "developer.okta.com/docs/guides/create-an-api-token"},
    {"snyk_token", "snyk", R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", "docs.snyk.io/getting-started/how-to-obtain-and-authenticate-with-your-snyk-api-token"},
    {"codecov_token", "codecov", R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", "docs.codecov.com/docs/codecov-tokens"},
    {"postmark_server_token", "postmark", R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", "postmarkapp.com/developer/api/overview"},
    {"algolia_api_key", "algolia", R"([0-9a-f]{32})", "www.algolia.com/doc/guides/security/api-keys"},
    {"linode_token", "linode", R"([0-9a-f]{64})", "techdocs.akamai.com/linode-api"},
    {"hetzner_token", "hcloud", R"([A-Za-z0-9]{64})", "docs.hetzner.cloud"},
    {"fastly_token", "fastly", R"([A-Za-z0-9_-]{32})", "www.fastly.com/documentation/reference/api/auth-tokens"},
    {"travis_token", "travis", R"([A-Za-z0-9_-]{22})", "docs.travis-ci.com/user/triggering-builds"},
    {"azure_devops_legacy_pat", "azuredevops", R"([a-z2-7]{52})", "learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate"},
    {"mistral_api_key", "mistral", R"([A-Za-z0-9]{32})", "docs.mistral.ai"},
    {"cohere_api_key", "cohere", R"([A-Za-z0-9]{40})", "docs.cohere.com"},
    {"cohere_api_key", "coapikey", R"([A-Za-z0-9]{40})", "docs.cohere.com"},
    {"azure_cognitive_key", "azure", R"([0-9a-f]{32})", "learn.microsoft.com/azure/ai-services/authentication"},
    {"facebook_app_secret", "facebook", R"([0-9a-f]{32})", "developers.facebook.com/docs/facebook-login/security"},
    {"twitter_consumer_secret", "consumersecret", R"([A-Za-z0-9]{50})", "docs.x.com/resources/fundamentals/authentication"},
    {"pagerduty_key", "pagerduty", R"([A-Za-z0-9_+-]{20}|[0-9a-f]{32})", "support.pagerduty.com/main/docs/api-access-keys"},
    {"jenkins_token", "jenkins", R"([0-9a-f]{32,34})", "www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients"},
    {"wireguard_key", "presharedkey", R"([A-Za-z0-9+/]{43}=)", "www.wireguard.com/quickstart"},
};
// clang-format on

}  // namespace

absl::Span<const SecretFormat> ContextFormats() { return kContexts; }

absl::Span<const KeyedFormat> KeyedFormats() { return kKeyed; }

}  // namespace usher::sanitize
