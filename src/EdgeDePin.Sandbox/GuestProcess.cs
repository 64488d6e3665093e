using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sandbox;

/// <summary>One process that runs guests, seen from its host: started, spoken to, stopped, killed. Used by one thread at a time.</summary>
internal sealed class GuestProcess : IDisposable
{
    // The longest that a task's cancellation, the end of its time or somebody with more right may go unheard.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);
    private const int MaxAnswer = GuestCall.MaxOutputBytes + 4_096, MaxWords = 2_000, StopSignal = 19, ContinueSignal = 18;

    private readonly SandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Process _process;
    private readonly Stream _to;
    private readonly BlockingCollection<Frame> _answers = new(boundedCapacity: 4);
    private readonly CancellationTokenSource _ended = new();
    private readonly StringBuilder _words = new();

    private GuestProcess(SandboxOptions options, Process process, TimeProvider time, ILogger log)
    {
        (_options, _process, _time, _log) = (options, process, time, log);
        _to = process.StandardInput.BaseStream;
        Stream from = process.StandardOutput.BaseStream;
        new Thread(() => Listen(from)) { IsBackground = true, Name = "guest answers" }.Start();
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>What the process cannot do.</summary>
    public Protections Held { get; private set; }

    /// <summary>Tasks that it was given.</summary>
    public int Tasks { get; private set; }

    /// <summary>When it last was given back, by the time provider.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether it can be used again.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public int Id => _process.Id;

    /// <exception cref="SandboxException">The program does not start, or cannot be confined.</exception>
    public static GuestProcess Start(SandboxOptions options, TimeProvider time, ILogger log)
    {
        string program = options.Program.Length > 0 ? options.Program : Path.Combine(AppContext.BaseDirectory, "edgedepin-guest");
        string[] line = [.. options.Before, program, "serve", $"{(long)options.MemoryMegabytes << 20}", $"{options.User}"];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        Furnish(start.Environment);
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            process.Dispose();
            throw new SandboxException($"{program} does not start: {error.Message}. It belongs beside the program; Sandbox:Program names another.", error);
        }

        var guest = new GuestProcess(options, process, time, log);
        Frame? ready = guest.Await(StartPatience, new Waiting(), CancellationToken.None).Answer;
        if (ready is not { Kind: FrameKind.Ready, Content.Length: 4 })
        {
            string words = guest.Words();
            guest.Kill();
            guest.Dispose();
            throw new SandboxException($"{program} does not answer: {(words.Length > 0 ? words : "it said nothing")}");
        }

        guest.Held = (Protections)BitConverter.ToInt32(ready.Content);
        Protections missing = Protections.Needed & ~guest.Held;
        if (missing != Protections.None && options.RequireConfinement)
        {
            guest.Dispose();
            throw new SandboxException($"A guest's process could not give up: {missing}. It needs a kernel with seccomp; Sandbox:RequireConfinement=false runs guests all the same.");
        }

        SandboxLog.Started(log, guest.Id, guest.Held);
        return guest;
    }

    /// <summary>Runs one guest. Whatever happens to the process is the guest's outcome.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the process is gone.</exception>
    public GuestOutcome Run(GuestTask task, ModuleFacts facts, CancellationToken cancellationToken)
    {
        Tasks++;
        byte[] call = CallFrame.Pack(facts.Digest, _options.RunSeconds, task.Call.Seed(facts.Digest), task.Call);
        var waiting = new Waiting { Task = task };
        try
        {
            // The guest's own clock ends it well; this one ends its process if that did not help.
            TimeSpan run = TimeSpan.FromSeconds(_options.RunSeconds) * 1.1 + TimeSpan.FromSeconds(1);
            Exchange exchange = Ask(FrameKind.Run, run, waiting, cancellationToken, call, task.Call.Input, task.Call.Checkpoint);
            if (exchange.Answer?.Kind == FrameKind.Missing)
            {
                exchange = Ask(FrameKind.Module, TimeSpan.FromSeconds(_options.CompileSeconds), waiting, cancellationToken, ModuleFrame.Pack(facts), task.Module);
                if (exchange.Answer?.Kind != FrameKind.Compiled)
                {
                    return Conclude(exchange, task, facts, compiling: true);
                }

                exchange = Ask(FrameKind.Run, run, waiting, cancellationToken, call, task.Call.Input, task.Call.Checkpoint);
            }

            return Conclude(exchange, task, facts, compiling: false);
        }
        catch
        {
            // Cancelled, or whoever listens failed: what it says later is the answer to nobody's question.
            Kill();
            throw;
        }
    }

    public void Kill()
    {
        IsUsable = false;
        _ended.Cancel();
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        IsUsable = false;
        _ended.Cancel();
        try
        {
            // Its end is the end of its process; whoever does not hear of it within a moment is killed.
            _to.Dispose();
        }
        catch (IOException)
        {
            // It was gone already.
        }

        if (!_process.WaitForExit(ExitPatience))
        {
            Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    // Nothing of the host's environment; a small heap; no debugger's socket, which would wait in /tmp for anybody.
    private static void Furnish(IDictionary<string, string?> environment)
    {
        // shared/Microsoft.NETCore.App/VERSION below it; a program that brings its own runtime has none.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        environment.Clear();
        if (File.Exists(Path.Combine(root, "dotnet")))
        {
            environment["DOTNET_ROOT"] = root;
        }

        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_GCHeapHardLimit"] = "0x6000000";
        environment["DOTNET_GCgen0size"] = "0x100000";
        environment["DOTNET_GCConserveMemory"] = "5";
        environment["DOTNET_TieredPGO"] = "0";
        environment["MALLOC_ARENA_MAX"] = "1";
    }

    private Exchange Ask(FrameKind kind, TimeSpan patience, Waiting waiting, CancellationToken cancellationToken, params ReadOnlySpan<byte[]> parts)
    {
        // A process that was taken over may not read what it is told.
        long from = _time.GetTimestamp();
        using ITimer late = _time.CreateTimer(_ => Kill(), null, patience, Timeout.InfiniteTimeSpan);
        using (cancellationToken.Register(Kill))
        {
            try
            {
                Frame.Write(_to, kind, parts);
            }
            catch (IOException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return new Exchange(null, Late: _time.GetElapsedTime(from) >= patience);
            }
        }

        late.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        return Await(patience, waiting, cancellationToken);
    }

    private Exchange Await(TimeSpan patience, Waiting waiting, CancellationToken cancellationToken)
    {
        long from = _time.GetTimestamp();
        TimeSpan paused = TimeSpan.Zero;
        while (!_answers.IsCompleted)
        {
            if (_answers.TryTake(out Frame? answer, (int)Look.TotalMilliseconds, cancellationToken) && !waiting.Heard(answer))
            {
                return new Exchange(answer, Late: false);
            }

            // After news, too: one who talks all the time has no more time for it.
            paused += StandBack(waiting.Task);
            if (_time.GetElapsedTime(from) - paused > patience)
            {
                Kill();
                return new Exchange(null, Late: true);
            }
        }

        return new Exchange(null, Late: false);
    }

    // A guest does not see the time, so it does not notice that it stood still.
    private TimeSpan StandBack(GuestTask? task)
    {
        if (task?.ShouldYield?.Invoke() != true)
        {
            return TimeSpan.Zero;
        }

        long from = _time.GetTimestamp();
        _ = Libc.kill(Id, StopSignal);
        try
        {
            task.Yield?.Invoke();
        }
        finally
        {
            _ = Libc.kill(Id, ContinueSignal);
        }

        return _time.GetElapsedTime(from);
    }

    private GuestOutcome Conclude(Exchange exchange, GuestTask task, ModuleFacts facts, bool compiling)
    {
        if (exchange.Answer is { Kind: FrameKind.Ended } ended)
        {
            try
            {
                return OutcomeFrame.Decode(ended.Content, task.Call);
            }
            catch (FormatException)
            {
                // It was taken over, or is broken; the same to us.
                Kill();
                return new GuestOutcome.Failed(GuestFailure.Process, "its process answered with what no process of ours would say");
            }
        }

        IsUsable = false;
        string doing = compiling ? "compiled" : "ran";
        if (exchange.Late)
        {
            TimeSpan limit = TimeSpan.FromSeconds(compiling ? _options.CompileSeconds : _options.RunSeconds);
            SandboxLog.Ended(_log, Id, doing, facts.Digest, limit);
            return compiling
                ? new GuestOutcome.Failed(GuestFailure.Compilation, $"compiling it takes longer than {_options.CompileSeconds} s")
                : new GuestOutcome.Failed(GuestFailure.OutOfTime, $"it ran longer than the {_options.RunSeconds} s of this host");
        }

        Kill();
        _process.WaitForExit(ExitPatience);
        int code = _process.HasExited ? _process.ExitCode : -1;
        SandboxLog.Died(_log, Id, code, doing, facts.Digest, Words());
        return compiling
            ? new GuestOutcome.Failed(GuestFailure.Compilation, code == CpuExceeded
                ? "compiling it takes too much processor time" : $"compiling it needs more than the {_options.MemoryMegabytes} MiB of a process, or broke the compiler ({Say(code)})")
            : new GuestOutcome.Failed(GuestFailure.Process, $"the process that ran it ended ({Say(code)})");
    }

    private const int CpuExceeded = 128 + 24;

    private static string Say(int code) => code > 128
        ? string.Create(CultureInfo.InvariantCulture, $"signal {code - 128}") : string.Create(CultureInfo.InvariantCulture, $"exit code {code}");

    private void Listen(Stream from)
    {
        try
        {
            while (Frame.Read(from, MaxAnswer) is { } frame)
            {
                _answers.Add(frame, _ended.Token);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException)
        {
            // A torn or oversized frame is the end of the process for us.
            Note(error.Message);
        }

        _answers.CompleteAdding();
    }

    private void Note(string? words)
    {
        lock (_words)
        {
            if (words is not null && _words.Length < MaxWords)
            {
                _words.Append(words).Append(' ');
            }
        }
    }

    private string Words()
    {
        lock (_words)
        {
            return _words.ToString().Trim();
        }
    }

    /// <param name="Answer">Null when the process ended.</param>
    /// <param name="Late">It was ended for taking too long.</param>
    private readonly record struct Exchange(Frame? Answer, bool Late);

    private sealed class Waiting
    {
        public GuestTask? Task { get; init; }

        /// <summary>Whether it was news of the task, rather than the answer.</summary>
        public bool Heard(Frame frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Progress when frame.Content.Length == 8:
                    Task?.Progress?.Invoke(BitConverter.ToInt32(frame.Content, 0), BitConverter.ToInt32(frame.Content, 4));
                    return true;
                case FrameKind.Checkpoint when frame.Content.Length <= GuestCall.MaxCheckpointBytes:
                    Task?.Checkpoint?.Invoke(frame.Content);
                    return true;
                default:
                    return frame.Kind == FrameKind.Loaded;
            }
        }
    }
}
