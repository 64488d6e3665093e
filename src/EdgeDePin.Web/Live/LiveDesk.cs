using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Live;

/// <summary>
/// Answers open pages one after the other, and several browsers on the same page with the same beat: ten viewers cost
/// the node what one costs.
/// </summary>
internal sealed class LiveDesk(DashboardSource source, TimeProvider time) : IDisposable
{
    /// <summary>Four pages with a few spans each; the oldest goes first.</summary>
    private const int Capacity = 32;

    // A viewer that asks every 2.5 s must not get its own last answer because its timer fired 10 ms early.
    private static readonly TimeSpan MaxAge = Pace.Shortest * 0.6;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, (DateTimeOffset At, Beat Beat)> _beats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pace> _paces = new(StringComparer.Ordinal);
    private readonly StoreReader _store = new(source, time);

    public DashboardSource Source => source;

    /// <param name="page">Each page has its own pace.</param>
    /// <param name="key">Everything the answer depends on.</param>
    public async Task<(Beat Beat, TimeSpan Next)> AskAsync(
        string page, string key, Func<StoreReader, Task<Beat>> make, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (!_paces.TryGetValue(page, out Pace? pace))
            {
                _paces[page] = pace = new Pace();
            }

            if (_beats.TryGetValue(key, out (DateTimeOffset At, Beat Beat) kept) && now - kept.At < MaxAge)
            {
                return (kept.Beat, pace.Next);
            }

            long begun = time.GetTimestamp();
            Beat beat = await make(_store);
            pace.Record(time.GetElapsedTime(begun));
            if (_beats.Count >= Capacity)
            {
                _beats.Remove(_beats.MinBy(entry => entry.Value.At).Key);
            }

            _beats[key] = (now, beat);
            return (beat, pace.Next);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
