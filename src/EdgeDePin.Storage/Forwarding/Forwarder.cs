using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Replicates the store to an InfluxDB, in the order of the store. The cursor moves only over what the server has
/// acknowledged or refused for good, so an outage of any length only delays, and sending twice changes nothing: the same
/// series, instant and field overwrite themselves. What the server refuses is narrowed down to the single point, which goes
/// to the quarantine with the server's words. Safe to run and drain at the same time.
/// </summary>
public sealed class Forwarder : IDisposable
{
    /// <summary>So many 500s in a row for the same batch make the batch the suspect. InfluxDB 1.6 fails on some names for ever.</summary>
    private const int PatienceWithServerErrors = 5;

    private readonly Store _store;
    private readonly ForwarderOptions _options;
    private readonly InfluxClient _client;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _lane = new(1);
    private ForwarderState _state = ForwarderState.Idle;
    private string? _lastError;
    private long _cursor;
    private long _forwarded;
    private long _quarantined;
    private int _failures;
    private int _serverErrors;
    private int _limit;
    private bool _databaseTried;

    /// <param name="http">Its timeout bounds a request; 30 s is a good one.</param>
    /// <param name="random">Spreads the retries of many nodes.</param>
    public Forwarder(Store store, ForwarderOptions options, HttpClient http, TimeProvider time, Random random, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.Url);
        (_store, _options, _time, _random, _logger) = (store, options, time, random, logger);
        _client = new InfluxClient(http, options, time);
        _cursor = store.GetCursor(options.Name);
        _limit = options.BatchSize;
    }

    public ForwarderStatus Status
    {
        get
        {
            long cursor = Volatile.Read(ref _cursor);
            long head = _store.HeadSequence;
            return new ForwarderStatus(_state, cursor, head, Math.Max(0, head - cursor),
                Volatile.Read(ref _forwarded), Volatile.Read(ref _quarantined), Volatile.Read(ref _lastError));
        }
    }

    /// <summary>Forwards until it is cancelled; ends then without an exception.</summary>
    /// <exception cref="StoreException">The store itself failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan wait = await StepAsync(cancellationToken);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Forwards until nothing waits any more.</summary>
    /// <returns>False when points still wait at the end of <paramref name="timeout"/>; they stay in the store.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (Status.LagPoints > 0)
            {
                TimeSpan wait = await StepAsync(either.Token);
                if (wait > TimeSpan.Zero && Status.LagPoints > 0)
                {
                    await Task.Delay(wait, _time, either.Token);
                }
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Status.LagPoints == 0;
        }
    }

    public void Dispose() => _lane.Dispose();

    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await _lane.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyList<StoredPoint> batch = _store.ReadAfter(_cursor, _limit);
            if (batch.Count == 0)
            {
                // Nothing but gaps of failed commits can lie between here and the head.
                Turn(ForwarderState.Idle, null);
                return _options.PollInterval;
            }

            // While the server is away it is asked whether it lives, not sent a batch every time.
            Delivery delivery = _failures > 0 ? await _client.PingAsync(cancellationToken) : new Delivery.Delivered();
            if (delivery is Delivery.Delivered)
            {
                delivery = await DeliverAsync(batch, cancellationToken);
            }

            return After(delivery);
        }
        finally
        {
            _lane.Release();
        }
    }

    private TimeSpan After(Delivery delivery)
    {
        switch (delivery)
        {
            case Delivery.Delivered:
                (_failures, _serverErrors, _limit, _databaseTried) = (0, 0, _options.BatchSize, false);
                Turn(ForwarderState.Forwarding, null);
                return TimeSpan.Zero;
            case Delivery.Refused refused:
                Turn(ForwarderState.Refused, refused.Reason);
                return _options.MaxRetryDelay;
            case Delivery.NoDatabase none:
                Turn(ForwarderState.Refused, none.Reason);
                return _options.MaxRetryDelay;
            default:
                var failed = (Delivery.Failed)delivery;
                _failures++;
                _serverErrors = failed.MaybePoison ? _serverErrors + 1 : 0;
                Turn(ForwarderState.Waiting, failed.Reason);
                return failed.RetryAfter ?? Backoff();
        }
    }

    /// <summary>Delivers a batch from left to right, halving what the server does not take, and moves the cursor with it.</summary>
    private async Task<Delivery> DeliverAsync(IReadOnlyList<StoredPoint> batch, CancellationToken cancellationToken)
    {
        Delivery delivery = await _client.WriteAsync(batch.Select(stored => stored.Point), cancellationToken);
        if (delivery is Delivery.NoDatabase && !_databaseTried)
        {
            _databaseTried = true;
            delivery = await _client.CreateDatabaseAsync(cancellationToken) is Delivery.Delivered
                ? await _client.WriteAsync(batch.Select(stored => stored.Point), cancellationToken)
                : delivery;
        }

        switch (delivery)
        {
            case Delivery.Delivered:
                Advance(batch[^1].Sequence, batch.Count);
                return delivery;
            case Delivery.Poisoned poisoned when batch.Count == 1:
                SetAside(batch[0], poisoned.Reason);
                return new Delivery.Delivered();
            case Delivery.Failed { MaybePoison: true } failed when _serverErrors >= PatienceWithServerErrors:
                return await SuspectAsync(batch, failed, cancellationToken);
            case Delivery.Poisoned:
                int half = batch.Count / 2;
                Delivery left = await DeliverAsync([.. batch.Take(half)], cancellationToken);
                return left is Delivery.Delivered ? await DeliverAsync([.. batch.Skip(half)], cancellationToken) : left;
            default:
                return delivery;
        }
    }

    // A server that fails on everything is ill, and its illness must not empty the store into the quarantine: a single point
    // is set aside only when the server takes the next one.
    private async Task<Delivery> SuspectAsync(IReadOnlyList<StoredPoint> batch, Delivery.Failed failed, CancellationToken cancellationToken)
    {
        if (batch.Count > 1)
        {
            _limit = batch.Count / 2;
            return await DeliverAsync([.. batch.Take(_limit)], cancellationToken);
        }

        IReadOnlyList<StoredPoint> next = _store.ReadAfter(batch[0].Sequence, 1);
        if (next.Count == 0 || await _client.WriteAsync([next[0].Point], cancellationToken) is not Delivery.Delivered)
        {
            return failed;
        }

        SetAside(batch[0], failed.Reason);
        return new Delivery.Delivered();
    }

    private void SetAside(StoredPoint stored, string reason)
    {
        _store.Quarantine(stored.Point, _options.Name, reason);
        Interlocked.Increment(ref _quarantined);
        Volatile.Write(ref _lastError, reason);
        Advance(stored.Sequence, 0);
    }

    private void Advance(long sequence, int delivered)
    {
        _store.SetCursor(_options.Name, sequence);
        Volatile.Write(ref _cursor, sequence);
        Interlocked.Add(ref _forwarded, delivered);
    }

    // Half of the wait is fixed, half is chance, so that nodes do not return all at once.
    private TimeSpan Backoff()
    {
        double full = Math.Min(_options.MaxRetryDelay.TotalSeconds, _options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(_failures - 1, 20)));
        return TimeSpan.FromSeconds(full * (0.5 + (0.5 * _random.NextDouble())));
    }

    private void Turn(ForwarderState state, string? reason)
    {
        if (reason is not null)
        {
            Volatile.Write(ref _lastError, reason);
        }

        if (state != _state)
        {
            _state = state;
            _logger.ForwarderTurned(_options.Name, state.ToString(), _cursor, _store.HeadSequence, reason ?? "");
        }
    }
}
