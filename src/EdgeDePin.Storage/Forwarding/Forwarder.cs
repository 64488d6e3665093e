using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Keeps an InfluxDB a replica of the store. A cursor says how far it has come and moves only after the server's yes, so an
/// outage delays and loses nothing, and a crash sends some points again, which changes nothing there.
/// </summary>
public sealed class Forwarder : IDisposable
{
    private readonly Store _store;
    private readonly ForwarderOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly InfluxClient _influx;
    private ForwarderState _state;
    private long _cursor;
    private long _forwarded;
    private long _quarantined;
    private string? _lastError;

    public Forwarder(Store store, ForwarderOptions options, TimeProvider time, Random random, ILogger log)
    {
        (_store, _options, _time, _random, _log) = (store, options, time, random, log);
        _influx = new InfluxClient(options);
        _cursor = store.GetCursor(Destination);
    }

    /// <summary>Name of the cursor in the store.</summary>
    public string Destination => $"{_options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{_options.Database}";

    public ForwarderStatus Status => new(
        _state, Volatile.Read(ref _cursor), _store.HeadSequence, Volatile.Read(ref _forwarded), Volatile.Read(ref _quarantined), _lastError);

    /// <summary>Sends what there is and what comes, until cancelled; never gives up.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await SendNextAsync(cancellationToken))
            {
                await Task.Delay(_options.PollEvery, _time, cancellationToken);
            }
        }
    }

    /// <summary>Sends what there is now. Not beside a running <see cref="RunAsync"/>.</summary>
    /// <returns>Whether all of it was acknowledged within <paramref name="patience"/>.</returns>
    public async Task<bool> DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (await SendNextAsync(either.Token))
            {
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Reads the cursor again after somebody has set it back.</summary>
    public void Rewind() => Volatile.Write(ref _cursor, _store.GetCursor(Destination));

    public void Dispose() => _influx.Dispose();

    /// <returns>False when there was nothing to send.</returns>
    private async Task<bool> SendNextAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredPoint> points = _store.ReadAfter(_cursor, _options.BatchSize);
        if (points.Count == 0)
        {
            _state = ForwarderState.Idle;
            return false;
        }

        await DeliverAsync(points, cancellationToken);
        _store.SetCursor(Destination, points[^1].Sequence);
        Volatile.Write(ref _cursor, points[^1].Sequence);
        return true;
    }

    /// <summary>Returns when each point is acknowledged or, refused for good, in quarantine.</summary>
    private async Task DeliverAsync(IReadOnlyList<StoredPoint> points, CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            _state = failures == 0 ? ForwarderState.Sending : _state;
            InfluxAnswer answer = await _influx.WriteAsync(points.Select(stored => stored.Point), cancellationToken);
            switch (answer)
            {
                case InfluxAnswer.Accepted:
                    (_state, _lastError) = (ForwarderState.Sending, null);
                    Interlocked.Add(ref _forwarded, points.Count);
                    return;
                case InfluxAnswer.BadPoints bad when points.Count == 1:
                    _store.Quarantine(points[0].Point, Destination, bad.Reason);
                    Interlocked.Increment(ref _quarantined);
                    return;
                case InfluxAnswer.TooLarge when points.Count == 1:
                    _store.Quarantine(points[0].Point, Destination, "413 too large");
                    Interlocked.Increment(ref _quarantined);
                    return;
                case InfluxAnswer.BadPoints or InfluxAnswer.TooLarge:
                    await DeliverAsync([.. points.Take(points.Count / 2)], cancellationToken);
                    await DeliverAsync([.. points.Skip(points.Count / 2)], cancellationToken);
                    return;
                case InfluxAnswer.NoDatabase missing:
                    await _influx.CreateDatabaseAsync(cancellationToken);
                    await WaitAsync(ForwarderState.Refused, missing.Reason, failures, after: null, cancellationToken);
                    break;
                case InfluxAnswer.NotAllowed forbidden:
                    await WaitAsync(ForwarderState.Refused, forbidden.Reason, failures, _options.LongestBackoff, cancellationToken);
                    break;
                case InfluxAnswer.TryLater later:
                    await WaitAsync(ForwarderState.Waiting, later.Reason, failures, later.After, cancellationToken);
                    break;
            }
        }
    }

    private async Task WaitAsync(
        ForwarderState state, string reason, int failures, TimeSpan? after, CancellationToken cancellationToken)
    {
        (_state, _lastError) = (state, reason);
        TimeSpan doubled = _options.FirstBackoff * Math.Pow(2, Math.Min(failures, 20));
        TimeSpan longest = doubled < _options.LongestBackoff ? doubled : _options.LongestBackoff;
        TimeSpan wait = after ?? longest * (0.5 + (_random.NextDouble() / 2));
        _log.ForwarderTurned(Destination, state.ToString(), _cursor, _store.HeadSequence, reason);
        await Task.Delay(wait, _time, cancellationToken);
    }
}
