using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Modules;
using Wasmtime;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>Answers the host's frames, one after the other.</summary>
internal sealed class GuestService(GuestEngine engine, Stream output) : IGuestListener, IDisposable
{
    // What the compiler may use of the processor; the host's clock watches besides.
    private static readonly TimeSpan CompilerCpu = TimeSpan.FromSeconds(6);

    // More often nobody looks, and a guest that tells all the time would keep the host busy.
    private static readonly TimeSpan TellingPeriod = TimeSpan.FromMilliseconds(100);

    // The host sends the next frame when it has the answer to the last one.
    private readonly BlockingCollection<Frame> _frames = new(boundedCapacity: 2);
    private readonly CompiledModules _compiled = new();
    private long _toldProgress;
    private long _toldCheckpoint;

    public bool WantsCheckpoint => Stopwatch.GetElapsedTime(_toldCheckpoint) >= TellingPeriod;

    public void Dispose()
    {
        _frames.Dispose();
        _compiled.Dispose();
    }

    public void Take(Frame frame) => _frames.Add(frame);

    /// <summary>No more frames will come.</summary>
    public void End() => _frames.CompleteAdding();

    public void Run()
    {
        foreach (Frame frame in _frames.GetConsumingEnumerable())
        {
            switch (frame.Kind)
            {
                case FrameKind.Module:
                    Compile(frame.Content);
                    break;
                case FrameKind.Run:
                    Run(frame.Content);
                    break;
                default:
                    throw new InvalidDataException($"The host sent a frame of kind {frame.Kind}.");
            }
        }
    }

    public void Progress(int done, int of)
    {
        if (Stopwatch.GetElapsedTime(_toldProgress) >= TellingPeriod)
        {
            _toldProgress = Stopwatch.GetTimestamp();
            Frame.Write(output, FrameKind.Progress, BitConverter.GetBytes(done), BitConverter.GetBytes(of));
        }
    }

    public void Checkpoint(byte[] state)
    {
        _toldCheckpoint = Stopwatch.GetTimestamp();
        Frame.Write(output, FrameKind.Checkpoint, state);
    }

    private void Compile(byte[] content)
    {
        Confinement.GrantCpu(CpuUsed(), CompilerCpu);
        try
        {
            ModuleFacts facts = ModuleFrame.Unpack(content);
            _compiled.Add(facts, engine.Compile(ModuleFrame.ModuleOf(content), facts.UsesFloats));
        }
        catch (WasmtimeException error)
        {
            End(new GuestOutcome.Failed(GuestFailure.Refused, GuestText.Printable(error.Message)));
            return;
        }

        Frame.Write(output, FrameKind.Compiled);
    }

    private void Run(byte[] content)
    {
        (Digest digest, TimeSpan within, ulong seed, GuestCall call) = CallFrame.Unpack(content);
        if (_compiled.Find(digest) is not (ModuleFacts facts, Module module))
        {
            Frame.Write(output, FrameKind.Missing);
            return;
        }

        Confinement.GrantCpu(CpuUsed(), within);
        (_toldProgress, _toldCheckpoint) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        End(engine.Run(module, facts, call, seed, within, TimeProvider.System, this));
    }

    private void End(GuestOutcome outcome) => Frame.Write(output, FrameKind.Ended, OutcomeFrame.Encode(outcome));

    private static TimeSpan CpuUsed() => Environment.CpuUsage.TotalTime;
}
