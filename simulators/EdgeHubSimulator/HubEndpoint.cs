using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Routing;
using EdgeHubSimulator.Security;
using EdgeHubSimulator.Twins;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// What happens on the hub's MQTT server: who is admitted, what a client may subscribe and publish to, and where acknowledgements
/// go. MQTTnet carries the packets; its own matching of topics to subscriptions is never used, so that what is below <c>$iothub</c>
/// reaches the one client that it is for.
/// </summary>
internal sealed class HubEndpoint(
    Admission admission, ModuleRequests requests, HubRouter router, LocalHubOptions options, TimeProvider time, Func<string, LocalModule> module,
    Func<string, bool> isKnown, Action<string, string> refuse, HubMetrics metrics, ILogger log)
{
    /// <summary>Marks the items of a session that was connected before, so that its subscriptions still stand.</summary>
    private const string Resumable = nameof(Resumable);

    public void Listen(MqttServer server)
    {
        server.ValidatingConnectionAsync += Handled<ValidatingConnectionEventArgs>(Admit);
        server.ClientConnectedAsync += args => ConnectedAsync(server, args);
        server.ClientDisconnectedAsync += Handled<ClientDisconnectedEventArgs>(Disconnected);
        server.InterceptingSubscriptionAsync += Handled<InterceptingSubscriptionEventArgs>(Scope);
        server.ClientSubscribedTopicAsync += Handled<ClientSubscribedTopicEventArgs>(
            args => Of(args.ClientId).Subscribe(args.TopicFilter.Topic, subscribed: true));
        server.ClientUnsubscribedTopicAsync += Handled<ClientUnsubscribedTopicEventArgs>(
            args => Of(args.ClientId).Subscribe(args.TopicFilter, subscribed: false));
        server.InterceptingPublishAsync += Handled<InterceptingPublishEventArgs>(Publish);
        server.InterceptingInboundPacketAsync += Handled<InterceptingPacketEventArgs>(Acknowledged);
        server.InterceptingOutboundPacketAsync += Handled<InterceptingPacketEventArgs>(Number);
    }

    private static Func<TArgs, Task> Handled<TArgs>(Action<TArgs> handle) => args =>
    {
        handle(args);
        return Task.CompletedTask;
    };

    private void Admit(ValidatingConnectionEventArgs args)
    {
        if (admission.Refusal(args, out DateTimeOffset? validUntil) is { } refusal)
        {
            metrics.ConnectFailed(args.ClientId);
            refuse(args.ClientId, refusal.Reason);
            args.ReasonCode = refusal.Code;
        }
        else if (!isKnown(ModuleOf(args.ClientId)))
        {
            refuse(args.ClientId, $"{options.MaxModules} modules are known already ({nameof(LocalHubOptions)}.{nameof(LocalHubOptions.MaxModules)}).");
            args.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
        }
        else
        {
            // Not among the session's items: those of a session that is taken up again are the ones of its first connection.
            Of(args.ClientId).ValidUntil = validUntil;
        }
    }

    private async Task ConnectedAsync(MqttServer server, ClientConnectedEventArgs args)
    {
        MqttSessionStatus session = await server.GetSessionAsync(args.ClientId);
        bool resumed = session.Items.Contains(Resumable);
        session.Items[Resumable] = true;
        Of(args.ClientId).Connect(session, args.RemoteEndPoint, resumed);
        LocalHubLog.Connected(log, args.ClientId);
    }

    private void Disconnected(ClientDisconnectedEventArgs args)
    {
        Of(args.ClientId).Disconnect(args.RemoteEndPoint);
        LocalHubLog.Gone(log, args.ClientId);
    }

    private void Scope(InterceptingSubscriptionEventArgs args)
    {
        string filter = args.TopicFilter.Topic;
        bool own = filter.StartsWith(Of(args.ClientId).Topics.Root, StringComparison.Ordinal);
        if (!own && !filter.StartsWith(SystemTopics.Root, StringComparison.Ordinal))
        {
            // 0x80 is the one refusal that SUBACK of MQTT 3.1.1 knows.
            args.Response.ReasonCode = MqttSubscribeReasonCode.UnspecifiedError;
            args.ProcessSubscription = false;
            refuse(args.ClientId, $"the subscription '{filter}' is not its own.");
        }
    }

    private void Publish(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        LocalModule sender = Of(args.ClientId);
        (string Reason, bool Closes)? refusal = args.ApplicationMessage.Topic.StartsWith(SystemTopics.Root, StringComparison.Ordinal)
            ? requests.Take(sender, args.ApplicationMessage) is { } reason ? (reason, true) : null
            : router.Route(sender, args.ApplicationMessage);
        if (refusal is { } refused)
        {
            args.CloseConnection = refused.Closes;
            refuse(args.ClientId, refused.Reason);
        }
    }

    private void Acknowledged(InterceptingPacketEventArgs args)
    {
        if (args.Packet is MqttPubAckPacket acknowledgement)
        {
            args.ProcessPacket = false;
            LocalModule receiver = Of(args.ClientId);
            if (receiver.Acknowledge(acknowledgement.PacketIdentifier) is var (input, message))
            {
                metrics.Sent(message.Sender, receiver.Identity.ModuleId, input, message.Priority,
                    time.GetElapsedTime(message.DeliveredAt), time.GetElapsedTime(message.TakenAt));
            }
        }
    }

    private static void Number(InterceptingPacketEventArgs args)
    {
        if (args.Packet is MqttPublishPacket { TopicAlias: > 0 } packet)
        {
            packet.QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
            packet.PacketIdentifier = packet.TopicAlias;
        }
    }

    private LocalModule Of(string clientId) => module(ModuleOf(clientId));

    private static string ModuleOf(string clientId) => clientId[(clientId.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
