namespace EdgeDePin.Sharing.Mqtt;

/// <summary>
/// Waits that double up to a limit, each drawn from the whole span below it: a street of nodes that lost its broker together
/// must not come back together.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private TimeSpan _ceiling = first;

    public TimeSpan Next()
    {
        TimeSpan ceiling = _ceiling;
        _ceiling = ceiling * 2 < longest ? ceiling * 2 : longest;
        return (ceiling < longest ? ceiling : longest) * random.NextDouble();
    }

    public void Reset() => _ceiling = first;
}
