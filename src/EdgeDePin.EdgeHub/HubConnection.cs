using System.Buffers;
using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// One MQTT connection, from CONNECT to its loss; the next one is another object. So an acknowledgement that comes late can only
/// go to the connection that the message came by, never to a packet of the same number on the next.
/// </summary>
internal sealed class HubConnection : IAsyncDisposable
{
    // In MQTTnet's own 8 KiB a receiver that falls behind offers less than a segment of the loopback, and its hub then sends one such piece for each
    // probe of a closed window, five a second (RFC 9293, section 3.8.6.2): a thousand messages a second where there were twenty thousand.
    private const int SocketBytes = 256 * 1024;

    private readonly ModuleOptions _options;
    private readonly TimeProvider _time;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient(new GatheringAdapters());
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _subscriptions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<TwinAnswer>> _questions = new(StringComparer.Ordinal);
    private int _unacknowledged;

    public HubConnection(ModuleOptions options, TimeProvider time, Action<Arrival> arrived)
    {
        (_options, _time) = (options, time);
        _client.DisconnectedAsync += lost =>
        {
            GiveUp(lost.Exception?.GetBaseException().Message ?? "the hub closed the connection");
            return Task.CompletedTask;
        };
        _client.ApplicationMessageReceivedAsync += received =>
        {
            // Hand over and return: MQTTnet waits for this handler when it disconnects, and a handler of ours may itself be
            // waiting for the next connection. The bytes are copied because their buffer returns to a pool.
            received.AutoAcknowledge = false;
            var arrival = new Arrival(this, received, received.ApplicationMessage.Payload.ToArray());
            if (!TakeAnswer(arrival))
            {
                arrived(arrival);
            }

            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the reason once the connection is of no more use.</summary>
    public Task<string> Lost => _lost.Task;

    public bool IsOpen => !_lost.Task.IsCompleted && _client.IsConnected;

    /// <summary>Messages that left and whose PUBACK has not come.</summary>
    public int Unacknowledged => Volatile.Read(ref _unacknowledged);

    /// <summary>Null when the hub accepted us; otherwise why not.</summary>
    public Task<string?> OpenAsync(ModuleIdentity identity, ModuleCredential credential, CancellationToken cancellationToken) => TryAsync(
        _options.ConnectTimeout,
        "no CONNACK came",
        async token =>
        {
            try
            {
                MqttClientConnectResult result = await _client.ConnectAsync(Connect(_options, identity, credential), token);
                return result.ResultCode == MqttClientConnectResultCode.Success ? null : Refusal(identity, result.ResultCode);
            }
            catch (Exception) when (credential.Roots?.LastRefusal is { } refusal)
            {
                return refusal;
            }
        },
        cancellationToken);

    /// <summary>Subscribes once for this connection. Null when granted; otherwise why not.</summary>
    public Task<string?> SubscribeAsync(string filter) => _subscriptions.GetOrAdd(filter, wanted => new Lazy<Task<string?>>(
        () => TryAsync(_options.AckTimeout, "no SUBACK came", token => SubscribeNowAsync(wanted, token), CancellationToken.None))).Value;

    /// <summary>Null when PUBACK came, or the packet left where none is asked for; otherwise why the connection is of no more use.</summary>
    public Task<string?> PublishAsync(
        string topic, ReadOnlyMemory<byte> body, MqttQualityOfServiceLevel quality, CancellationToken cancellationToken) =>
        TryAsync(_options.AckTimeout, "no PUBACK came", async token =>
        {
            var message = new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(body),
                QualityOfServiceLevel = quality,
            };
            Interlocked.Increment(ref _unacknowledged);
            try
            {
                await _client.PublishAsync(message, token);
            }
            finally
            {
                Interlocked.Decrement(ref _unacknowledged);
            }

            return null;
        }, cancellationToken);

    /// <summary>Asks the hub about the twin and waits for the answer; its error says why the connection is of no more use.</summary>
    public async Task<(string? Error, TwinAnswer? Answer)> AskAsync(
        string topic, string requestId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (await SubscribeAsync(SystemTopics.TwinAnswers) is { } refused)
        {
            return (refused, null);
        }

        TaskCompletionSource<TwinAnswer> question = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[requestId] = question;
        try
        {
            TwinAnswer? answer = null;
            string? error = await PublishAsync(topic, body, MqttQualityOfServiceLevel.AtMostOnce, cancellationToken)
                ?? await TryAsync(_options.AckTimeout, "no answer about the twin came", async token =>
                {
                    Task first = await Task.WhenAny(question.Task, _lost.Task).WaitAsync(token);
                    answer = first == question.Task ? await question.Task : null;
                    return answer is null ? await _lost.Task : null;
                }, cancellationToken);
            return (error, answer);
        }
        finally
        {
            _questions.TryRemove(requestId, out _);
        }
    }

    /// <summary>Null when the PUBACK left.</summary>
    public Task<string?> AcknowledgeAsync(Arrival arrival, CancellationToken cancellationToken) =>
        TryAsync(_options.AckTimeout, "PUBACK could not leave", async token =>
        {
            await arrival.Received.AcknowledgeAsync(token);
            return null;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected)
        {
            await TryAsync(TimeSpan.FromSeconds(1), "DISCONNECT could not leave", async token =>
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), token);
                return null;
            }, CancellationToken.None);
        }

        GiveUp("closed by this side");
        _client.Dispose();
    }

    /// <summary>The CONNECT that edgeHub asks for.</summary>
    private static MqttClientOptions Connect(ModuleOptions options, ModuleIdentity identity, ModuleCredential credential)
    {
        MqttClientOptionsBuilder connect = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId(identity.ClientId)
            .WithCredentials(identity.UserName(options.IotHubHostName, "EdgeDePin"), credential.Password)
            .WithCleanSession(false)
            .WithKeepAlivePeriod(options.KeepAlive)
            // A packet in one piece is one TLS record, one system call and one wake-up at the other end; in fragments it is two of each.
            .WithoutPacketFragmentation()
            .WithTimeout(options.ConnectTimeout);
        if (credential.Roots is { } roots)
        {
            connect = connect.WithTlsOptions(tls => tls
                .UseTls()
                .WithTargetHost(options.Host)
                .WithCertificateValidationHandler(shown => roots.Accepts(shown.Certificate, shown.Chain, shown.SslPolicyErrors, options.Host)));
        }

        MqttClientOptions built = connect.Build();
        ((MqttClientTcpOptions)built.ChannelOptions).BufferSize = SocketBytes;
        return built;
    }

    private static string Refusal(ModuleIdentity identity, MqttClientConnectResultCode code) =>
        $"the hub refused client id '{identity.ClientId}' with {code}"
        + (code is MqttClientConnectResultCode.NotAuthorized or MqttClientConnectResultCode.BadUserNameOrPassword
            ? ": check the module's key, its name, the name of the IoT Hub, and both clocks" : "");

    private async Task<string?> SubscribeNowAsync(string filter, CancellationToken cancellationToken)
    {
        // As the official clients: what must not be lost with QoS 1, what is asked again with QoS 0.
        MqttQualityOfServiceLevel quality = filter.StartsWith(SystemTopics.Root, StringComparison.Ordinal)
            ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce;
        MqttClientSubscribeResult result = await _client.SubscribeAsync(
            new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, quality).Build(), cancellationToken);
        MqttClientSubscribeResultCode code = result.Items.Single().ResultCode;
        return code <= MqttClientSubscribeResultCode.GrantedQoS2 ? null : $"the hub refused the subscription '{filter}' with {code}";
    }

    private bool TakeAnswer(Arrival arrival)
    {
        if (!SystemTopics.TryReadTwinAnswer(arrival.Topic, out int status, out string requestId, out long? version))
        {
            return false;
        }

        if (_questions.TryGetValue(requestId, out var question))
        {
            question.TrySetResult(new TwinAnswer(status, version, arrival.Body));
        }

        return true;
    }

    private void GiveUp(string reason) => _lost.TrySetResult(reason);

    private async Task<string?> TryAsync(
        TimeSpan limit, string late, Func<CancellationToken, Task<string?>> act, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string? error;
        try
        {
            error = await act(either.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            error = $"{late} within {limit.TotalSeconds:0.###} s";
        }
        catch (Exception foreign)
        {
            // MQTTnet and sockets have a dozen types of exceptions for a connection that failed; to us they are all that.
            error = foreign.GetBaseException().Message;
        }

        if (error is not null)
        {
            GiveUp(error);
        }

        return error;
    }
}

/// <summary>A message as it came, with what is needed to acknowledge it.</summary>
internal sealed record Arrival(HubConnection Connection, MqttApplicationMessageReceivedEventArgs Received, ReadOnlyMemory<byte> Body)
{
    public string Topic => Received.ApplicationMessage.Topic;
}

/// <summary>What the hub answered about the twin.</summary>
/// <param name="Version">Of the reported properties, after they were changed.</param>
internal sealed record TwinAnswer(int Status, long? Version, ReadOnlyMemory<byte> Body);
