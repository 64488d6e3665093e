using Microsoft.Extensions.Logging;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// Keeps a module connected for ever: connects, subscribes to what is wanted, comes again with a new token before the old one
/// ends or when the clock has been set, and waits with growing, jittered pauses while the hub is away.
/// </summary>
internal sealed class HubSession : IDisposable
{
    // A connection that stood this long was a good one: after it the backoff starts afresh.
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    // How often token and clock are looked at. No wait is ever as long as a token's life: a timer of months is one that breaks.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(10);

    // A clock that was set by more than this makes the token's instants worth nothing; NTP slews stay far below.
    private static readonly TimeSpan ClockStep = TimeSpan.FromMinutes(1);

    // What is out may still be acknowledged before a connection is exchanged; what is not is sent again and may arrive twice.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ModuleOptions _options;
    private readonly ModuleIdentity _identity;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly CredentialSource _credentials;
    private readonly Action<Arrival> _arrived;
    private readonly Action _connectedAnew;
    private readonly Lock _gate = new();
    private readonly List<string> _wanted = [];
    private TaskCompletionSource<HubConnection> _connected = NewConnected();
    private HubLink _link = HubLink.Closed;
    private DateTimeOffset _since;
    private string? _lastError;
    private long _connections;

    public HubSession(
        ModuleOptions options, ModuleIdentity identity, TimeProvider time, Random random, ILogger log, Action<Arrival> arrived, Action connectedAnew)
    {
        (_options, _identity, _time, _log, _arrived, _connectedAnew) = (options, identity, time, log, arrived, connectedAnew);
        _backoff = new Backoff(options.FirstBackoff, options.MaxBackoff, random);
        _credentials = new CredentialSource(options, identity, time);
        _since = time.GetUtcNow();
    }

    public string? LastError
    {
        get
        {
            lock (_gate)
            {
                return _lastError;
            }
        }
    }

    public (HubLink Link, DateTimeOffset Since, long Reconnects) State
    {
        get
        {
            lock (_gate)
            {
                return (_link, _since, Math.Max(0, _connections - 1));
            }
        }
    }

    /// <summary>Completes when a connection stands.</summary>
    public Task<HubConnection> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _connected.Task.WaitAsync(cancellationToken);
        }
    }

    public void Report(string error)
    {
        lock (_gate)
        {
            _lastError = error;
        }
    }

    /// <summary>Subscribes on every connection from now on, and on the present one if there is one.</summary>
    public async Task WantAsync(string filter, CancellationToken cancellationToken)
    {
        Task<HubConnection> connected;
        lock (_gate)
        {
            if (!_wanted.Contains(filter))
            {
                _wanted.Add(filter);
            }

            connected = _connected.Task;
        }

        if (connected.IsCompletedSuccessfully)
        {
            await (await connected).SubscribeAsync(filter).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Does something over the connection, again over the next one if it is lost meanwhile, until it is done.</summary>
    /// <param name="act">Null when done; otherwise why the connection is of no more use.</param>
    public async Task DoAsync(Func<HubConnection, Task<string?>> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            HubConnection connection = await ConnectedAsync(cancellationToken);
            if (await act(connection) is not { } error)
            {
                return;
            }

            Forget(connection, error);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            Become(HubLink.Connecting);
            long startedAt = _time.GetTimestamp();
            (string error, bool renewal) = await ConnectOnceAsync(cancellationToken);
            if (renewal)
            {
                EdgeHubLog.Renewing(_log, _identity, error);
                failures = -1;
                continue;
            }

            failures = _time.GetElapsedTime(startedAt) >= Stable + _options.ConnectTimeout ? 0 : failures;
            TimeSpan wait = _backoff.After(failures);
            EdgeHubLog.NotConnected(_log, _identity, _options.Host, _options.Port, error, wait);
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    public void Close()
    {
        Become(HubLink.Closed);
        Dispose();
    }

    public void Dispose() => _credentials.Dispose();

    /// <summary>One connection from CONNECT to its end; returns why it ended, and whether that is nothing but a renewal.</summary>
    private async Task<(string Error, bool Renewal)> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        ModuleCredential credential;
        var clock = new ClockWatch(_time);
        try
        {
            credential = await _credentials.NewAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            Report(error.Message);
            return (error.Message, Renewal: false);
        }

        using (credential)
        {
            await using var connection = new HubConnection(_options, _time, _arrived);
            string? error = await connection.OpenAsync(_identity, credential, cancellationToken) ?? await SubscribeAsync(connection);
            string? renewal = null;
            if (error is null)
            {
                Use(connection);
                // Something may have become wanted since we looked; whoever comes second sees the other.
                error = await SubscribeAsync(connection);
                renewal = error is null ? await RenewalDueAsync(connection, credential, clock, cancellationToken) : null;
                error ??= renewal ?? await connection.Lost;
            }

            Forget(connection, error);
            if (renewal is not null)
            {
                await SettleAsync(connection, cancellationToken);
            }

            return (error, renewal is not null);
        }
    }

    /// <summary>Returns when the connection is lost (null), or should be exchanged for one with a new token (why).</summary>
    private async Task<string?> RenewalDueAsync(
        HubConnection connection, ModuleCredential credential, ClockWatch clock, CancellationToken cancellationToken)
    {
        if (credential.RenewAt is not { } renewAt)
        {
            await connection.Lost.WaitAsync(cancellationToken);
            return null;
        }

        using var timer = new PeriodicTimer(Watch, _time);
        while (true)
        {
            Task<bool> tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            if (await Task.WhenAny(connection.Lost, tick) == connection.Lost)
            {
                return null;
            }

            await tick;
            if (clock.Step.Duration() > ClockStep)
            {
                return $"the clock was set by {clock.Step:c}";
            }

            if (_time.GetUtcNow() >= renewAt)
            {
                return $"the token ends at {renewAt + (_options.TokenLifetime * 0.15):u}";
            }
        }
    }

    private async Task SettleAsync(HubConnection connection, CancellationToken cancellationToken)
    {
        long startedAt = _time.GetTimestamp();
        while (connection.IsOpen && connection.Unacknowledged > 0 && _time.GetElapsedTime(startedAt) < Farewell)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time, cancellationToken);
        }
    }

    private async Task<string?> SubscribeAsync(HubConnection connection)
    {
        string[] wanted;
        lock (_gate)
        {
            wanted = [.. _wanted];
        }

        foreach (string filter in wanted)
        {
            if (await connection.SubscribeAsync(filter) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private void Use(HubConnection connection)
    {
        EdgeHubLog.Connected(_log, _identity, _options.Host, _options.Port);
        lock (_gate)
        {
            _connections++;
            (_link, _since) = (HubLink.Connected, _time.GetUtcNow());
            _connected.TrySetResult(connection);
        }

        _connectedAnew();
    }

    /// <summary>From here on, everything waits for another connection than this one.</summary>
    private void Forget(HubConnection connection, string error)
    {
        lock (_gate)
        {
            _lastError = error;
            if (_connected.Task.IsCompletedSuccessfully && ReferenceEquals(_connected.Task.Result, connection))
            {
                _connected = NewConnected();
            }
        }
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
