using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Runs of which several rows tell: each is made once, by the row that asks first.</summary>
internal sealed class SharedRuns<T>(Func<Bench, CancellationToken, Task<T>> measure)
{
    private readonly List<T> _runs = [];

    /// <param name="repetition">Which of them, from 0.</param>
    public async Task<T> AtAsync(int repetition, Bench bench, CancellationToken cancellationToken)
    {
        while (_runs.Count <= repetition)
        {
            _runs.Add(await measure(bench, cancellationToken));
        }

        return _runs[repetition];
    }
}
