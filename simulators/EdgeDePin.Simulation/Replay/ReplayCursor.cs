using System.Runtime.CompilerServices;
using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Replay;

/// <summary>
/// Walks through a series by the clock: it gives each row's instant when it has come, and meanwhile that row is what the
/// simulated chip finds around it. A replay that is late gives the following rows at once, and skips none.
/// </summary>
internal sealed class ReplayCursor(ReplaySeries series, TimeProvider time)
{
    private int _row;

    /// <summary>The environment of the chip: the row in turn, whatever the clock shows, since the chip may be asked late.</summary>
    public double? Value(Quantity quantity, DateTimeOffset instant) => series.Value(_row, quantity);

    public async IAsyncEnumerable<DateTimeOffset> Instants([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int row = 0; row < series.Rows; row++)
        {
            DateTimeOffset instant = series.Instant(row);
            TimeSpan left = instant - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            _row = row;
            yield return instant;
        }
    }
}
