using System.Globalization;
using System.Text;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// <c>/etc/aziot/config.toml</c>, applied by <c>iotedge config apply</c>. The keys are those of the template that IoT Edge ships
/// (edgelet/contrib/config/linux/template.toml).
/// </summary>
internal static class EdgeConfig
{
    public const string Path = "/etc/aziot/config.toml";
    public const string Folder = "/etc/edgedepin";
    private const string AgentImage = "mcr.microsoft.com/azureiotedge-agent";

    public static string Text(DeviceOrder order, DeviceSecrets secrets)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Written by 'edgedepin flash' for {order.Name}. Change it, then run: sudo iotedge config apply
            hostname = {Quoted(order.Name.Text)}
            trust_bundle_cert = "file://{Folder}/site-ca.pem"
            # A device that starts while the site is offline uses what it knew before.
            prefer_module_identity_cache = true
            auto_reprovisioning_mode = "OnErrorOnly"


            """);
        AppendProvisioning(text, order, secrets);
        text.Append(CultureInfo.InvariantCulture, $"""

            [edge_ca]
            cert = "file://{Folder}/edge-ca.pem"
            pk = "file://{Folder}/edge-ca.key.pem"

            [agent]
            name = "edgeAgent"
            type = "docker"
            imagePullPolicy = "on-create"

            [agent.config]
            image = "{AgentImage}:{order.Values.GetValueOrDefault("EDGE_RUNTIME", "1.6")}"

            [watchdog]
            max_retries = "infinite"

            [image_garbage_collection]
            enabled = true
            cleanup_recurrence = "1d"
            image_age_cleanup_threshold = "7d"

            """);
        return text.ToString();
    }

    private static void AppendProvisioning(StringBuilder text, DeviceOrder order, DeviceSecrets secrets)
    {
        if (order.Provisioning == Provisioning.Manual)
        {
            (string host, string device, string key) = secrets.Connection();
            if (!device.Equals(order.Name.Text, StringComparison.Ordinal))
            {
                throw new DeploymentException($"The connection string is that of device '{device}', and this is {order.Name}: give --device {device}, or the right string.");
            }

            text.Append(CultureInfo.InvariantCulture, $$"""
                [provisioning]
                source = "manual"
                iothub_hostname = {{Quoted(host)}}
                device_id = {{Quoted(device)}}

                [provisioning.authentication]
                method = "sas"
                device_id_pk = { value = {{Quoted(key)}} }

                """);
            return;
        }

        string scope = order.IdScope ?? throw new DeploymentException($"{DeviceOrder.WordOf(order.Provisioning)} needs the ID scope of the Device Provisioning Service: give --id-scope, such as 0ne00000A1B.");
        string attestation = order.Provisioning switch
        {
            Provisioning.DpsSymmetric => $$"""
                method = "symmetric_key"
                registration_id = {{Quoted(order.RegistrationId)}}
                symmetric_key = { value = {{Quoted(secrets.DpsKey(order.RegistrationId))}} }
                """,
            Provisioning.DpsTpm => $"""
                method = "tpm"
                registration_id = {Quoted(order.RegistrationId)}
                """,
            _ => $"""
                method = "x509"
                registration_id = {Quoted(order.RegistrationId)}
                identity_cert = "file://{Folder}/identity.pem"
                identity_pk = "file://{Folder}/identity.key.pem"
                """,
        };
        text.Append(CultureInfo.InvariantCulture, $"""
            [provisioning]
            source = "dps"
            global_endpoint = "https://global.azure-devices-provisioning.net"
            id_scope = {Quoted(scope)}

            [provisioning.attestation]
            {attestation}

            """);
    }

    // TOML basic strings escape as JSON strings do (TOML 1.0, "String").
    private static string Quoted(string text) => System.Text.Json.Nodes.JsonValue.Create(text).ToJsonString(Plain);

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
