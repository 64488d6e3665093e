using System.ComponentModel.DataAnnotations;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sandbox;

/// <summary>
/// Runs foreign modules, each in a process of its own that can do nothing but compute. As many processes as there are callers at the same
/// time; they are kept for the next task while there is much to do. Whatever becomes of them, the node goes on.
/// </summary>
public sealed class GuestProcesses : IDisposable
{
    /// <summary>Modules that no compiler here could stand are remembered, so that nobody compiles them twice; the oldest are forgotten.</summary>
    private const int MaxCondemned = 1_024;

    /// <summary>What a process of .NET has before any guest, in MiB.</summary>
    private const int ProcessMegabytes = 80;

    private static readonly TimeSpan CondemnedFor = TimeSpan.FromHours(1);

    private readonly SandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Stack<GuestProcess> _idle = [];
    private readonly Dictionary<Digest, (string Why, long At)> _condemned = [];
    private readonly Queue<Digest> _condemnedOrder = [];
    private readonly ITimer _sweep;
    private bool _disposed;

    /// <exception cref="ValidationException">An option is outside its range.</exception>
    public GuestProcesses(SandboxOptions options, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        (_options, _time, _log) = (options, time, log);
        TimeSpan period = TimeSpan.FromSeconds(options.IdleSeconds);
        _sweep = time.CreateTimer(_ => Sweep(period), null, period, period);
    }

    public SandboxCounters Counters { get; } = new();

    /// <summary>What the newest process cannot do; none before the first task.</summary>
    public Protections Held { get; private set; }

    /// <summary>Runs one guest, and waits for it. The calling thread does nothing else meanwhile; it stands for the core that the guest has.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the guest is gone.</exception>
    /// <exception cref="SandboxException">No process could be started or confined.</exception>
    public GuestOutcome Run(GuestTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ModuleFacts? facts = null;
        GuestOutcome outcome;
        try
        {
            facts = ModuleScan.Read(task.Module);
            _ = task.Call.Checked();
            outcome = Refusal(facts, task.Call) ?? RunInProcess(task, facts, cancellationToken);
        }
        catch (FormatException error)
        {
            outcome = new GuestOutcome.Failed(GuestFailure.Refused, error.Message);
        }

        Counters.Count(outcome);
        if (outcome is GuestOutcome.Failed failed)
        {
            SandboxLog.Failed(_log, facts?.Digest ?? Digest.Of(task.Module), failed.Why, failed.Message);
        }

        return outcome;
    }

    /// <summary>Ends all processes that wait for work; those that work end with their tasks.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        GuestProcess[] idle;
        lock (_gate)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (GuestProcess process in idle)
        {
            process.Dispose();
        }
    }

    /// <summary>Resident memory of the processes that wait for work, in bytes.</summary>
    internal long[] IdleResidentBytes()
    {
        lock (_gate)
        {
            return [.. _idle.Select(process => process.ResidentBytes)];
        }
    }

    private GuestOutcome? Refusal(ModuleFacts facts, GuestCall call)
    {
        // Growth that the call allows must not fail for want of memory here: elsewhere it would not, and the results would differ.
        long needed = ProcessMegabytes + (call.Pages / 16);
        if (needed > _options.MemoryMegabytes)
        {
            return new GuestOutcome.Failed(GuestFailure.Memory, $"the call allows {call.Pages} pages, for which a process needs {needed} MiB; Sandbox:MemoryMegabytes is {_options.MemoryMegabytes}");
        }

        if (facts.MinPages > call.Pages)
        {
            return new GuestOutcome.Failed(GuestFailure.Memory, $"it begins with {facts.MinPages} pages of memory; the call allows {call.Pages}");
        }

        lock (_gate)
        {
            // Not for ever: it may have been the machine that was busy.
            return _condemned.TryGetValue(facts.Digest, out (string Why, long At) one) && _time.GetElapsedTime(one.At) < CondemnedFor
                ? new GuestOutcome.Failed(GuestFailure.Compilation, $"{one.Why} (tried before)") : null;
        }
    }

    private GuestOutcome RunInProcess(GuestTask task, ModuleFacts facts, CancellationToken cancellationToken)
    {
        GuestProcess process = Rent();
        GuestOutcome outcome;
        try
        {
            outcome = process.Run(task, facts, cancellationToken);
        }
        finally
        {
            Return(process);
        }

        if (outcome is GuestOutcome.Failed { Why: GuestFailure.Compilation } failed)
        {
            Condemn(facts.Digest, failed.Message);
        }

        return outcome;
    }

    private GuestProcess Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out GuestProcess? idle))
            {
                return idle;
            }
        }

        GuestProcess started = GuestProcess.Start(_options, _time, _log);
        Counters.CountStart();
        Held = started.Held;
        return started;
    }

    private void Return(GuestProcess process)
    {
        if (!process.IsUsable)
        {
            Counters.CountKill();
        }
        else if (process.Tasks < _options.TasksPerProcess)
        {
            lock (_gate)
            {
                if (!_disposed)
                {
                    process.IdleSince = _time.GetTimestamp();
                    _idle.Push(process);
                    return;
                }
            }
        }

        process.Dispose();
    }

    private void Condemn(Digest module, string why)
    {
        lock (_gate)
        {
            bool isNew = !_condemned.ContainsKey(module);
            _condemned[module] = (why, _time.GetTimestamp());
            if (isNew)
            {
                _condemnedOrder.Enqueue(module);
                if (_condemnedOrder.Count > MaxCondemned)
                {
                    _condemned.Remove(_condemnedOrder.Dequeue());
                }
            }
        }
    }

    private void Sweep(TimeSpan period)
    {
        GuestProcess[] tired;
        lock (_gate)
        {
            GuestProcess[] all = [.. _idle];
            tired = [.. all.Where(process => _time.GetElapsedTime(process.IdleSince) >= period)];
            _idle.Clear();

            // The stack was read from its top.
            foreach (GuestProcess process in all.Except(tired).Reverse())
            {
                _idle.Push(process);
            }
        }

        foreach (GuestProcess process in tired)
        {
            process.Dispose();
        }
    }
}
