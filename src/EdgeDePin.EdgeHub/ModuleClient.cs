using Microsoft.Extensions.Logging;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// A module's side of edgeHub's documented MQTT protocol, with the name and the habits of the official client: send to outputs,
/// handle inputs. It keeps itself connected for ever; a send waits for the hub, and a hub that was away gets every message.
/// Delivery is at least once both ways, so a receiver may see a copy. Safe for concurrent use.
/// </summary>
public sealed class ModuleClient : IAsyncDisposable
{
    // A connection that stood this long was a good one: after it the backoff starts afresh.
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly ModuleOptions _options;
    private readonly ModuleTopics _topics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly InputPump _inputs;
    private readonly SemaphoreSlim _turns;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<HubConnection> _connected = NewConnected();
    private Task? _running;
    private HubLink _link = HubLink.Closed;
    private DateTimeOffset _since;
    private string? _lastError;
    private long _connections;
    private long _sent;
    private int _waiting;

    /// <param name="options">Checked here.</param>
    /// <param name="time">For every wait and every instant.</param>
    /// <param name="random">Jitter of the waits between tries; used by one thread at a time.</param>
    /// <exception cref="FormatException">An option is out of range; the message names it.</exception>
    public ModuleClient(ModuleOptions options, TimeProvider time, Random random, ILogger<ModuleClient> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time, _log) = (options.Checked(), time, log);
        Identity = new ModuleIdentity(options.DeviceId, options.ModuleId);
        _topics = new ModuleTopics(Identity);
        _backoff = new Backoff(options.FirstBackoff, options.MaxBackoff, random);
        _turns = new SemaphoreSlim(options.MaxInFlight);
        _inputs = new InputPump(Identity, _topics, options.MaxHandled, log, error => _lastError = error);
        _since = time.GetUtcNow();
    }

    public ModuleIdentity Identity { get; }

    /// <summary>A picture of this instant.</summary>
    public ModuleClientState State
    {
        get
        {
            lock (_gate)
            {
                return new ModuleClientState(
                    _link, _since, Math.Max(0, _connections - 1), Volatile.Read(ref _sent), Volatile.Read(ref _waiting),
                    _inputs.Received, _inputs.Completed, _inputs.Abandoned, _lastError);
            }
        }
    }

    /// <summary>
    /// Starts to keep the connection, and returns when it stands for the first time. Cancelling ends the waiting, not the trying;
    /// <see cref="State"/> says what stands in the way.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        Task<HubConnection> connected;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _running ??= Task.WhenAll(KeepConnectedAsync(_stopping.Token), _inputs.RunAsync(_stopping.Token));
            connected = _connected.Task;
        }

        await connected.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Sends to an output and returns when the hub has acknowledged, that is, stored and routed the message. While the hub is away
    /// it waits; after a loss it sends again. Messages in flight together may change their order over a reconnect.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="ConnectAsync"/> was never called, or too many sends wait already.</exception>
    /// <exception cref="ArgumentException">The properties are too long for a topic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client was disposed: the hub may or may not have the message.</exception>
    public async Task SendEventAsync(string output, HubMessage message, CancellationToken cancellationToken = default)
    {
        string topic = _topics.Event(output, message);
        if (_running is null)
        {
            throw new InvalidOperationException($"{Identity} sends before it ever connected: call ConnectAsync first.");
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting)
            {
                throw new InvalidOperationException(
                    $"{Identity}: {_options.MaxWaiting} messages already wait for edgeHub (last error: {_lastError ?? "none"}); await each SendEventAsync.");
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await SendInTurnAsync(topic, message.Body, either.Token);
            Interlocked.Increment(ref _sent);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>
    /// Sets what happens to the messages of an input, and subscribes if the connection stands. <see cref="ModuleOptions.MaxHandled"/> run at
    /// once; a message is acknowledged after its handler completed it, and delivered again if the handler abandons it or throws.
    /// </summary>
    public async Task SetInputMessageHandlerAsync(
        string input, Func<HubMessage, CancellationToken, Task<MessageResponse>> handler, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentNullException.ThrowIfNull(handler);
        _inputs.Set(input, handler);
        Task<HubConnection> connected;
        lock (_gate)
        {
            connected = _connected.Task;
        }

        if (connected.IsCompletedSuccessfully)
        {
            await (await connected).SubscribeAsync().WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        if (_running is not null)
        {
            await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        Become(HubLink.Closed);
        _stopping.Dispose();
    }

    private async Task SendInTurnAsync(string topic, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            HubConnection connection;
            do
            {
                Task<HubConnection> connected;
                lock (_gate)
                {
                    connected = _connected.Task;
                }

                connection = await connected.WaitAsync(cancellationToken);
            }
            while (await connection.PublishAsync(topic, body, cancellationToken) is { } error && Forget(connection, error));
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task KeepConnectedAsync(CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            Become(HubLink.Connecting);
            long startedAt = _time.GetTimestamp();
            string error = await ConnectOnceAsync(cancellationToken);
            failures = _time.GetElapsedTime(startedAt) >= Stable + _options.ConnectTimeout ? 0 : failures;
            TimeSpan wait = _backoff.After(failures);
            EdgeHubLog.NotConnected(_log, Identity, _options.Host, _options.Port, error, wait);
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <summary>One connection from CONNECT to its end; returns why it ended.</summary>
    private async Task<string> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = new HubConnection(_options, _topics, _time, _inputs.Take);
        string? error = await connection.OpenAsync(HubConnection.Connect(_options, Identity), cancellationToken)
            ?? await SubscribeIfHandledAsync(connection);
        if (error is null)
        {
            Use(connection);
            // A first handler may have been set since we looked; whoever comes second sees the other.
            error = await SubscribeIfHandledAsync(connection) ?? await connection.Lost.WaitAsync(cancellationToken);
        }

        Forget(connection, error);
        return error;
    }

    private Task<string?> SubscribeIfHandledAsync(HubConnection connection) =>
        _inputs.HasHandlers ? connection.SubscribeAsync() : Task.FromResult<string?>(null);

    private void Use(HubConnection connection)
    {
        EdgeHubLog.Connected(_log, Identity, _options.Host, _options.Port);
        lock (_gate)
        {
            _connections++;
            (_link, _since) = (HubLink.Connected, _time.GetUtcNow());
            _connected.TrySetResult(connection);
        }
    }

    /// <summary>From here on, sends wait for another connection than this one. Always true, for the loop that asks.</summary>
    private bool Forget(HubConnection connection, string error)
    {
        lock (_gate)
        {
            _lastError = error;
            if (_connected.Task.IsCompletedSuccessfully && ReferenceEquals(_connected.Task.Result, connection))
            {
                _connected = NewConnected();
            }
        }

        return true;
    }

    private void Become(HubLink link)
    {
        lock (_gate)
        {
            (_link, _since) = (link, _time.GetUtcNow());
        }
    }

    private static TaskCompletionSource<HubConnection> NewConnected() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
