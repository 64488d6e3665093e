using EdgeDePin.EdgeHub;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>Whether a CONNECT is one that edgeHub would take (its password apart, which a local hub does not look at).</summary>
internal static class Admission
{
    /// <summary>Null to admit; otherwise the code for CONNACK and the reason for the log.</summary>
    public static (MqttConnectReasonCode Code, string Reason)? Refusal(ValidatingConnectionEventArgs connect, string deviceId)
    {
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

        return identity.DeviceId == deviceId
            ? null
            : (MqttConnectReasonCode.NotAuthorized, $"this hub serves the modules of '{deviceId}', not of '{identity.DeviceId}'.");
    }
}
