using System.Buffers;
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
    private readonly ModuleOptions _options;
    private readonly ModuleTopics _topics;
    private readonly TimeProvider _time;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task<string?>? _subscription;

    public HubConnection(ModuleOptions options, ModuleTopics topics, TimeProvider time, Action<Arrival> arrived)
    {
        (_options, _topics, _time) = (options, topics, time);
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
            arrived(new Arrival(this, received, received.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the reason once the connection is of no more use.</summary>
    public Task<string> Lost => _lost.Task;

    public bool IsOpen => !_lost.Task.IsCompleted && _client.IsConnected;

    /// <summary>Null when the hub accepted us; otherwise why not.</summary>
    public Task<string?> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken) => TryAsync(
        _options.ConnectTimeout,
        "no CONNACK came",
        async token =>
        {
            MqttClientConnectResult result = await _client.ConnectAsync(options, token);
            return result.ResultCode == MqttClientConnectResultCode.Success
                ? null
                : $"the hub refused client id '{options.ClientId}' with {result.ResultCode}";
        },
        cancellationToken);

    /// <summary>Subscribes to the inputs, once for this connection. Null when granted; otherwise why not.</summary>
    public Task<string?> SubscribeAsync()
    {
        lock (_gate)
        {
            return _subscription ??= TryAsync(_options.AckTimeout, "no SUBACK came", SubscribeToInputsAsync, CancellationToken.None);
        }
    }

    /// <summary>Null when PUBACK came; otherwise why the connection is of no more use.</summary>
    public Task<string?> PublishAsync(string topic, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        TryAsync(_options.AckTimeout, "no PUBACK came", async token =>
        {
            var message = new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(body),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            };
            await _client.PublishAsync(message, token);
            return null;
        }, cancellationToken);

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
    public static MqttClientOptions Connect(ModuleOptions options, ModuleIdentity identity) => new MqttClientOptionsBuilder()
        .WithTcpServer(options.Host, options.Port)
        .WithProtocolVersion(MqttProtocolVersion.V311)
        .WithClientId(identity.ClientId)
        .WithCredentials(identity.UserName(options.IotHubHostName, "EdgeDePin"), (string?)null)
        .WithCleanSession(false)
        .WithKeepAlivePeriod(options.KeepAlive)
        .WithTimeout(options.ConnectTimeout)
        .Build();

    private async Task<string?> SubscribeToInputsAsync(CancellationToken cancellationToken)
    {
        MqttClientSubscribeOptions subscription = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(_topics.InputsFilter, MqttQualityOfServiceLevel.AtLeastOnce).Build();
        MqttClientSubscribeResult result = await _client.SubscribeAsync(subscription, cancellationToken);
        MqttClientSubscribeResultCode code = result.Items.Single().ResultCode;
        return code <= MqttClientSubscribeResultCode.GrantedQoS2
            ? null
            : $"the hub refused the subscription '{_topics.InputsFilter}' with {code}";
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
