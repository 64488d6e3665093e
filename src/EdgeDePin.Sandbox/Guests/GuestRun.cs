using System.Buffers;
using System.Text;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>One run of a guest as its imports see it. Everything a guest can learn is here, and nothing of it is the host's.</summary>
/// <param name="call">What it was asked.</param>
/// <param name="seed">Where its chance begins.</param>
/// <param name="listener">Hears of progress and checkpoints.</param>
internal sealed class GuestRun(GuestCall call, ulong seed, IGuestListener? listener)
{
    // What the host keeps of a guest in front of a checkpoint: its chance and its clock.
    private const int HostState = 16;

    private readonly ArrayBufferWriter<byte> _output = new();
    private ulong _chance = call.Checkpoint.Length >= HostState ? BitConverter.ToUInt64(call.Checkpoint, 0) : seed;
    private readonly ulong _clock = call.Checkpoint.Length >= HostState ? BitConverter.ToUInt64(call.Checkpoint, 8) : 0;

    public GuestCall Call { get; } = call;

    /// <summary>Why the guest was stopped by an import; null while it was not.</summary>
    public (GuestFailure Why, string Message)? Stopped { get; private set; }

    public byte[] Output => _output.WrittenSpan.ToArray();

    public ReadOnlySpan<byte> Saved => Call.Checkpoint.AsSpan(Math.Min(HostState, Call.Checkpoint.Length));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_output.WrittenCount + bytes.Length > GuestCall.MaxOutputBytes)
        {
            Stop(GuestFailure.Output, $"its output is larger than {GuestCall.MaxOutputBytes} bytes");
        }

        _output.Write(bytes);
    }

    public void Progress(int done, int of) => listener?.Progress(done, of);

    /// <param name="used">Fuel so far.</param>
    public void Save(ReadOnlySpan<byte> state, ulong used)
    {
        if (state.Length > GuestCall.MaxCheckpointBytes - HostState)
        {
            Stop(GuestFailure.Output, $"a checkpoint of {state.Length} bytes; at most {GuestCall.MaxCheckpointBytes - HostState} are allowed");
        }

        if (listener is { WantsCheckpoint: true })
        {
            byte[] saved = new byte[HostState + state.Length];
            BitConverter.TryWriteBytes(saved, _chance);
            BitConverter.TryWriteBytes(saved.AsSpan(8), Clock(used));
            state.CopyTo(saved.AsSpan(HostState));
            listener.Checkpoint(saved);
        }
    }

    // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    public ulong Random()
    {
        ulong mixed = _chance += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Nanoseconds of the guest's own time: as many as it has used fuel.</summary>
    public ulong Clock(ulong used) => _clock + used;

    public void Fail(ReadOnlySpan<byte> message) =>
        Stop(GuestFailure.Gave, GuestText.Printable(Encoding.UTF8.GetString(message[..Math.Min(message.Length, GuestText.MaxLength)])));

    /// <summary>Ends the guest from within an import.</summary>
    public void Stop(GuestFailure why, string message)
    {
        Stopped = (why, message);
        throw new GuestStopped();
    }

    /// <summary>Takes a guest down from within an import; Wasmtime makes a trap of it.</summary>
    private sealed class GuestStopped : Exception;
}
