using EdgeDePin.EdgeHub;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeHubSimulator.Security;

/// <summary>Whether a CONNECT is one that edgeHub would take. A plain hub looks at names only; a secure one at the password too.</summary>
internal sealed class Admission(LocalHubOptions options, ModuleKeys? keys, TimeProvider time)
{
    /// <summary>edgeHub's <c>MaxClockSkew</c>: this long after its expiry a token is still good.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Null to admit; otherwise the code for CONNACK and the reason for the log.</summary>
    /// <param name="validUntil">When the connection must end; null on a plain hub.</param>
    public (MqttConnectReasonCode Code, string Reason)? Refusal(ValidatingConnectionEventArgs connect, out DateTimeOffset? validUntil)
    {
        validUntil = null;
        if (connect.ProtocolVersion != MqttProtocolVersion.V311)
        {
            return (MqttConnectReasonCode.UnsupportedProtocolVersion, "edgeHub speaks MQTT 3.1.1 only.");
        }

        if (!ModuleIdentity.TryParseUserName(connect.UserName, out ModuleIdentity identity))
        {
            return (MqttConnectReasonCode.BadUserNameOrPassword,
                $"the user name '{connect.UserName}' is not {{hub}}/{{device}}/{{module}}/?api-version=….");
        }

        if (identity.ClientId != connect.ClientId)
        {
            return (MqttConnectReasonCode.ClientIdentifierNotValid,
                $"the client id '{connect.ClientId}' is not '{identity.ClientId}', as the user name says.");
        }

        if (identity.DeviceId != options.DeviceId)
        {
            return (MqttConnectReasonCode.NotAuthorized, $"this hub serves the modules of '{options.DeviceId}', not of '{identity.DeviceId}'.");
        }

        if (options.Modules.Count > 0 && !options.Modules.Contains(identity.ModuleId))
        {
            return (MqttConnectReasonCode.NotAuthorized, $"the deployment has no module '{identity.ModuleId}'.");
        }

        return keys is null ? null : TokenRefusal(connect.Password, identity, keys, out validUntil);
    }

    private (MqttConnectReasonCode Code, string Reason)? TokenRefusal(
        string? password, ModuleIdentity module, ModuleKeys known, out DateTimeOffset? validUntil)
    {
        validUntil = null;
        if (!SasToken.TryParse(password, out SasToken token))
        {
            return (MqttConnectReasonCode.NotAuthorized, "the password is no shared access signature.");
        }

        if (!token.IsFor(module, [options.IotHubHostName, .. options.Certificates.HostNames]))
        {
            return (MqttConnectReasonCode.NotAuthorized, $"the token is for '{token.Resource}', not for {module} at '{options.IotHubHostName}'.");
        }

        if (!known.Of(module).Signed(token))
        {
            return (MqttConnectReasonCode.NotAuthorized, "the token is signed with another key.");
        }

        DateTimeOffset now = time.GetUtcNow();
        validUntil = token.ExpiresAt + MaxClockSkew;
        return now <= validUntil
            ? null
            : (MqttConnectReasonCode.NotAuthorized, $"the token ended at {token.ExpiresAt:u} and this clock says {now:u}.");
    }
}
