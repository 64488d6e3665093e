using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Replicates the store to one destination: the newest points first, what an outage left behind beside them. What is
/// delivered is remembered only after the server has acknowledged it or refused it for good, so an outage of any length only
/// delays, and sending twice changes nothing: the same series, instant and field overwrite themselves. Safe to run and drain
/// at the same time.
/// </summary>
public sealed class Forwarder : IDisposable
{
    private readonly Store _store;
    private readonly ForwarderOptions _options;
    private readonly InfluxClient _client;
    private readonly AdaptiveBatch _size;
    private readonly BatchSender _sender;
    private readonly Lanes _lanes;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private ForwarderState _state = ForwarderState.Idle;
    private string? _lastError;
    private Slice? _unfinished;
    private Underway? _early;
    private long _forwarded;
    private int _failures;

    /// <param name="http">Its timeout bounds a request; 30 s is a good one.</param>
    /// <param name="random">Spreads the retries of many nodes.</param>
    public Forwarder(Store store, ForwarderOptions options, HttpClient http, TimeProvider time, Random random, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.Url);
        (_store, _options, _time, _random, _logger) = (store, options, time, random, logger);
        _client = new InfluxClient(http, options, time);
        _size = new AdaptiveBatch(options.BatchSize);
        _lanes = new Lanes(store, options, () => _client.Server?.Kind ?? ServerKind.Unknown, time);
        _sender = new BatchSender(store, options, _client, _size, _lanes.PointsAfter, time);
    }

    public ForwarderStatus Status
    {
        get
        {
            Progress progress = _lanes.Progress;
            long head = _store.HeadSequence;
            return new ForwarderStatus
            {
                Name = _options.Name,
                State = _state,
                Server = _client.Server,
                CursorSequence = progress.Cursor,
                HeadSequence = head,
                LiveSequence = progress.Live,
                LagPoints = progress.Waiting(head),
                Forwarded = Interlocked.Read(ref _forwarded),
                Quarantined = _sender.Quarantined,
                LastError = Volatile.Read(ref _lastError) ?? _sender.LastRefusal,
            };
        }
    }

    /// <summary>How far a destination is, without asking it; for a store that nobody forwards just now.</summary>
    public static ForwarderStatus Read(Store store, string name)
    {
        Progress progress = new ProgressFile(store, name, TimeProvider.System).Now;
        long waiting = progress.Waiting(store.HeadSequence);
        return new ForwarderStatus
        {
            Name = name,
            State = waiting == 0 ? ForwarderState.Idle : ForwarderState.Waiting,
            CursorSequence = progress.Cursor,
            HeadSequence = store.HeadSequence,
            LiveSequence = progress.Live,
            LagPoints = waiting,
        };
    }

    /// <summary>Makes a destination begin again from the first point, which changes nothing that is there already.</summary>
    public static void StartOver(Store store, string name) => ProgressFile.Forget(store, name);

    /// <summary>Asks who is there.</summary>
    /// <returns>Null when nobody answers; <see cref="ForwarderStatus.LastError"/> says why.</returns>
    public async Task<ServerIdentity?> ProbeAsync(CancellationToken cancellationToken)
    {
        if (await _client.PingAsync(cancellationToken) is Delivery.Failed failed)
        {
            Volatile.Write(ref _lastError, failed.Reason);
            return null;
        }

        return _client.Server;
    }

    /// <summary>
    /// Forwards until it is cancelled; ends then without an exception. A store that fails, as on a full disk, is waited for like
    /// a server: what it could not write down is sent again.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan wait = await TryStepAsync(cancellationToken);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            await SettleAsync();
        }
    }

    /// <summary>Forwards until nothing waits any more, as fast as the server takes it.</summary>
    /// <returns>False when points still wait at the end of <paramref name="timeout"/>; they stay in the store.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (Status.LagPoints > 0)
            {
                TimeSpan wait = await StepAsync(hurry: true, either.Token);
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
        finally
        {
            await SettleAsync();
        }
    }

    public void Dispose()
    {
        _lanes.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task SettleAsync()
    {
        // Nothing is under way any more when this ends.
        if (_early is { } early)
        {
            await early.Answer;
        }

        try
        {
            _lanes.Settle();
        }
        catch (StoreException)
        {
            // What could not be written down is sent again.
        }
    }

    private async Task<TimeSpan> TryStepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(hurry: false, cancellationToken);
        }
        catch (StoreException failed)
        {
            return After(new Delivery.Failed(failed.Message, null, MaybePoison: false));
        }
    }

    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync(bool hurry, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            // While the server is away it is asked whether it lives, not sent a batch every time.
            if ((_failures > 0 || _client.Server is null) && _lanes.Progress.Waiting(_store.HeadSequence) > 0
                && await _client.PingAsync(cancellationToken) is not Delivery.Delivered and var silence)
            {
                return After(silence);
            }

            // What the server failed on is tried again as it is: a batch that it always fails on can be found only so.
            TimeSpan wait = TimeSpan.Zero;
            Slice? slice = _unfinished ?? _lanes.Next(_size.Size, hurry, out wait);
            if (slice is null)
            {
                if (_lanes.Progress.Waiting(_store.HeadSequence) == 0)
                {
                    Turn(ForwarderState.Idle, null);
                }

                return wait;
            }

            return After(await DeliverAsync(slice, hurry, cancellationToken));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<Delivery> DeliverAsync(Slice slice, bool hurry, CancellationToken cancellationToken)
    {
        Underway? begun = await BegunAsync(slice, hurry, cancellationToken);
        long arrived = 0;
        Delivery delivery = slice.Points.Count == 0
            ? new Delivery.Delivered()
            : await _sender.SendAsync(slice.Points, slice.Body, begun, (sequence, points) =>
            {
                _lanes.Arrived(slice, sequence, points);
                Interlocked.Add(ref _forwarded, points);
                arrived = sequence;
            }, cancellationToken);
        if (delivery is Delivery.Delivered)
        {
            _unfinished = null;
            if (arrived < slice.End)
            {
                _lanes.Arrived(slice, slice.End, 0);
            }
        }
        else
        {
            _lanes.Settle();
            // Answered before anything is tried again; in its turn it is sent anew.
            if (_early is { } early)
            {
                await early.Answer;
                _early = null;
            }

            _unfinished = delivery is Delivery.Failed { MaybePoison: true } && arrived == 0 ? slice : null;
        }

        return delivery;
    }

    // A server that waits for us stands idle, so it has two requests at a time of a backlog that is in order.
    private async Task<Underway?> BegunAsync(Slice slice, bool hurry, CancellationToken cancellationToken)
    {
        Underway? begun = ReferenceEquals(slice, _early?.Slice) ? _early : null;
        if (begun is null && _early is { } other)
        {
            // Something else goes first after all, as newer points, which may meet those that are under way.
            bool isKept = await other.Answer is Delivery.Delivered && slice.IsLive;
            _early = isKept ? other : null;
            return null;
        }

        if (_failures > 0 || slice.IsLive || slice.Points.Count == 0 || _client.Server is null)
        {
            _early = null;
            return begun;
        }

        // Remembered before the store is asked for the next, which may fail.
        _early = begun ??= _sender.Begin(slice, cancellationToken);
        _early = _lanes.Following(slice, _size.Size, hurry) is { } next ? _sender.Begin(next, cancellationToken) : null;
        return begun;
    }

    private TimeSpan After(Delivery delivery)
    {
        switch (delivery)
        {
            case Delivery.Delivered:
                _failures = 0;
                Turn(_lanes.Progress.Waiting(_store.HeadSequence) == 0 ? ForwarderState.Idle : ForwarderState.Forwarding, null);
                return TimeSpan.Zero;
            case Delivery.Failed failed:
                _failures++;
                Turn(ForwarderState.Waiting, failed.Reason);
                return failed.RetryAfter ?? Backoff();
            default:
                Turn(ForwarderState.Refused, delivery switch
                {
                    Delivery.Refused refused => refused.Reason,
                    Delivery.NoDatabase none => none.Reason,
                    Delivery.Poisoned strange => strange.Reason,
                    _ => delivery.ToString(),
                });
                return _options.MaxRetryDelay;
        }
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
            _logger.ForwarderTurned(_options.Name, state.ToString(), _lanes.Progress.Cursor, _store.HeadSequence, reason ?? "");
        }
    }
}
