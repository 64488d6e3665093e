using EdgeDePin.Sharing;

namespace EdgeDePin.Simulation.Network;

/// <summary>A worker that sells wrong results: each output is falsified in one byte with the given probability.</summary>
/// <param name="probability">0 is honest, 1 never tells the truth.</param>
public sealed class LyingWorker(Random random, double probability, RunGuest honest)
{
    private long _lies;

    /// <summary>Outputs that were falsified.</summary>
    public long Lies => Interlocked.Read(ref _lies);

    /// <summary>Fits where a node's own <see cref="RunGuest"/> would.</summary>
    public async Task<GuestOutcome> RunAsync(GuestTask guest, CancellationToken cancellationToken)
    {
        GuestOutcome outcome = await honest(guest, cancellationToken);
        return outcome is GuestOutcome.Done done ? done with { Output = Tell(done.Output) } : outcome;
    }

    /// <summary>The output as this worker would tell it.</summary>
    public ReadOnlyMemory<byte> Tell(ReadOnlyMemory<byte> output)
    {
        lock (random)
        {
            if (random.NextDouble() >= probability)
            {
                return output;
            }

            Interlocked.Increment(ref _lies);
            byte[] lie = output.IsEmpty ? [0] : output.ToArray();
            lie[random.Next(lie.Length)] ^= (byte)(1 << random.Next(8));
            return lie;
        }
    }
}
