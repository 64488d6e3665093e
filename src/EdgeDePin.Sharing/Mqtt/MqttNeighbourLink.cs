using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeDePin.Sharing.Mqtt;

/// <summary>
/// The neighbourhood over an MQTT 3.1.1 broker: a retained offer that the broker empties when we vanish (our will), and an
/// inbox. It connects again for ever, and repeats its subscriptions and its offer each time.
/// </summary>
public sealed class MqttNeighbourLink : INeighbourLink
{
    /// <summary>Envelopes that wait to be sent: at most 32 MiB, and more than a lease lets a node have on its way.</summary>
    public const int QueueOut = 256;

    // Envelopes that the broker has not acknowledged: waiting for each would cost a round trip for each.
    private const int OnTheirWay = 32;

    // In MQTTnet's own 8 KiB a receiver that falls behind offers less than a segment of the loopback, and its broker then sends one such piece for each
    // probe of a closed window (RFC 9293, section 3.8.6.2).
    private const int SocketBytes = 256 * 1024;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);

    // A broker that takes a connection and says nothing is tried again soon enough to be back within ten seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly MqttLinkOptions _options;
    private readonly BrokerAddress[] _brokers;
    private readonly NeighbourTopics _topics;
    private readonly NodeId _self;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly Channel<MqttApplicationMessage> _out;
    private MqttApplicationMessage? _offer;
    private long _sent;
    private long _received;
    private long _droppedOut;
    private long _droppedIn;
    private long _connects;
    private int _turn;
    private string? _trouble;

    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public MqttNeighbourLink(MqttLinkOptions options, string site, NodeId self, TimeProvider time, Random random, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _brokers = [new BrokerAddress(options.Host, options.Port), .. options.Others];
        _topics = new NeighbourTopics(site);
        _self = self;
        _time = time;
        _log = log;
        _backoff = new Backoff(FirstBackoff, options.LongestBackoff, random);
        // What waited longest is closest to being too late, so it goes first when room is needed.
        _out = Channel.CreateBounded<MqttApplicationMessage>(
            new BoundedChannelOptions(QueueOut) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _droppedOut));
    }

    public LinkCounters Counters => new(
        Interlocked.Read(ref _sent), Interlocked.Read(ref _received), Interlocked.Read(ref _droppedOut),
        Interlocked.Read(ref _droppedIn), Interlocked.Read(ref _connects));

    /// <summary>Those that are tried in turn.</summary>
    public IReadOnlyList<BrokerAddress> Brokers => _brokers;

    /// <summary>Why the newest attempt to connect came to nothing, or the newest connection ended; null while there is one.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    private BrokerAddress Broker => _brokers[_turn];

    public void Send(NodeId receiver, ReadOnlyMemory<byte> envelope) =>
        _out.Writer.TryWrite(Compose(_topics.Inbox(receiver), envelope, retain: false));

    public void Offer(ReadOnlyMemory<byte> envelope)
    {
        MqttApplicationMessage offer = Compose(_topics.Offer(_self), envelope, retain: true);
        Volatile.Write(ref _offer, offer);
        _out.Writer.TryWrite(offer);
    }

    public void Checkpoint(ReadOnlyMemory<byte> note) => _out.Writer.TryWrite(Compose(_topics.Log(_self), note, retain: true));

    public async Task RunAsync(Func<LinkEvent, bool> receive, CancellationToken cancellationToken)
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += arrived =>
        {
            Take(arrived.ApplicationMessage, receive);
            return Task.CompletedTask;
        };
        try
        {
            while (true)
            {
                await CarryAsync(client, receive, cancellationToken);

                // Whatever ended the connection, the next broker is as good as this one.
                _turn = (_turn + 1) % _brokers.Length;
                TimeSpan wait = _backoff.Next();
                SharingLog.WillReconnect(_log, Broker.Host, Broker.Port, wait);
                await Task.Delay(wait, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LeaveAsync(client);
        }
    }

    /// <summary>One connection, from its beginning to its end.</summary>
    private async Task CarryAsync(IMqttClient client, Func<LinkEvent, bool> receive, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task OnDisconnected(MqttClientDisconnectedEventArgs _) => ended.CancelAsync();
        client.DisconnectedAsync += OnDisconnected;
        try
        {
            await ConnectAsync(client, cancellationToken);
            Volatile.Write(ref _trouble, null);
            _backoff.Reset();
            receive(new LinkEvent.Connected());
            if (Volatile.Read(ref _offer) is { } offer)
            {
                await PublishAsync(client, offer, ended.Token);
            }

            await PublishAllAsync(client, ended.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            SharingLog.Disconnected(_log, Broker.Host, Broker.Port);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Foreign code begins here, with sockets, TLS and names below it; whatever went wrong, the answer is to try again.
            Volatile.Write(ref _trouble, error.GetBaseException().Message);
            SharingLog.BrokerAway(_log, Broker.Host, Broker.Port, error.GetBaseException().Message);
        }
        finally
        {
            client.DisconnectedAsync -= OnDisconnected;
        }
    }

    private async Task PublishAllAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        // They leave in their order, and only their acknowledgements are awaited together.
        var onTheirWay = new Queue<Task>();
        try
        {
            // What is taken is sent: first the room, then the message.
            while (await _out.Reader.WaitToReadAsync(cancellationToken))
            {
                while (onTheirWay.Count >= OnTheirWay || (onTheirWay.TryPeek(out Task? oldest) && oldest.IsCompleted))
                {
                    await onTheirWay.Dequeue();
                }

                if (_out.Reader.TryRead(out MqttApplicationMessage? message))
                {
                    onTheirWay.Enqueue(PublishAsync(client, message, cancellationToken));
                }
            }
        }
        finally
        {
            await Task.WhenAll(onTheirWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        using BrokerCertificates certificates = BrokerCertificates.Load(_options);
        MqttClientOptions connection = new MqttClientOptionsBuilder()
            .WithTcpServer(Broker.Host, Broker.Port)
            .WithTlsOptions(tls => Secure(tls, certificates))
            .WithCredentials(_options.User, _options.Password)
            .WithClientId(_self.Value)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithCleanSession()
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithTimeout(Patience)
            .WithWillTopic(_topics.Offer(_self))
            .WithWillPayload(Array.Empty<byte>())
            .WithWillRetain()
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        ((MqttClientTcpOptions)connection.ChannelOptions).BufferSize = SocketBytes;
        MqttClientConnectResult answer = await client.ConnectAsync(connection, cancellationToken);
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new MqttCommunicationException($"the broker refused {_options.User ?? "the connection"}: {answer.ResultCode}");
        }

        MqttClientSubscribeOptions topics = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(_topics.Inbox(_self), MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter(_topics.Offers, MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter(_topics.Revocations, MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        await client.SubscribeAsync(topics, cancellationToken);
        Interlocked.Increment(ref _connects);
        SharingLog.Connected(_log, Broker.Host, Broker.Port);
    }

    // A site's own authority has no list of what it took back; who is out is said by the site's signed list.
    private void Secure(MqttClientTlsOptionsBuilder tls, BrokerCertificates certificates)
    {
        tls.UseTls(_options.Tls).WithTargetHost(Broker.Host);
        if (certificates.Authorities.Count > 0)
        {
            tls.WithTrustChain(certificates.Authorities).WithRevocationMode(X509RevocationMode.NoCheck);
        }

        if (certificates.Own is { } own)
        {
            tls.WithClientCertificates([own]);
        }
    }

    private async Task PublishAsync(IMqttClient client, MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await client.PublishAsync(message, cancellationToken);
            Interlocked.Increment(ref _sent);
        }
        catch
        {
            // Cut off with the connection or refused: the broker may have it or not.
            Interlocked.Increment(ref _droppedOut);
            throw;
        }
    }

    private void Take(MqttApplicationMessage message, Func<LinkEvent, bool> receive)
    {
        Interlocked.Increment(ref _received);
        if (Read(message) is { } arrived && !receive(arrived))
        {
            Interlocked.Increment(ref _droppedIn);
        }
    }

    private LinkEvent? Read(MqttApplicationMessage message)
    {
        if (message.Payload.Length > Envelope.MaxBytes)
        {
            Interlocked.Increment(ref _droppedIn);
            return null;
        }

        if (message.Topic == _topics.Revocations)
        {
            return new LinkEvent.Revoked(message.Payload.ToArray());
        }

        NodeId? owner = _topics.OfferOf(message.Topic);
        return owner == _self ? null
            : owner is null ? new LinkEvent.Delivered(message.Payload.ToArray())
            : message.Payload.IsEmpty ? new LinkEvent.Left(owner.Value)
            : new LinkEvent.Offered(owner.Value, message.Payload.ToArray());
    }

    // A clean goodbye does not set off the will, so we empty the offer ourselves; if that fails the will does it.
    private async Task LeaveAsync(IMqttClient client)
    {
        if (!client.IsConnected)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        try
        {
            await client.PublishAsync(Compose(_topics.Offer(_self), default, retain: true), patience.Token);
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), patience.Token);
        }
        catch (Exception error) when (error is MqttCommunicationException or OperationCanceledException or InvalidOperationException)
        {
            SharingLog.BrokerAway(_log, Broker.Host, Broker.Port, error.Message);
        }
    }

    private static MqttApplicationMessage Compose(string topic, ReadOnlyMemory<byte> payload, bool retain) =>
        new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(new ReadOnlySequence<byte>(payload))
            .WithRetainFlag(retain)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
}
