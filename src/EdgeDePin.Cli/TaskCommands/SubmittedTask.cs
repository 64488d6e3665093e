using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sandbox;
using EdgeDePin.Sharing;
using Completed = EdgeDePin.Sandbox.Guests.GuestOutcome.Completed;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>One input of a job, from its submission to its result. Told by the sharing loop, read by the command.</summary>
/// <param name="number">From 0.</param>
/// <param name="input">Its file; null for the empty input.</param>
/// <param name="packed">What travels: call, input and module.</param>
internal sealed class SubmittedTask(int number, string? input, Digest inputDigest, byte[] packed, DateTimeOffset submittedAt)
{
    private readonly Lock _gate = new();
    private NodeId? _worker;
    private DateTimeOffset? _leasedAt;
    private long _fuel;
    private bool _takenBack;
    private BorrowOutcome? _outcome;
    private DateTimeOffset _endedAt;

    public int Number => number;

    public string? Input => input;

    public Digest InputDigest => inputDigest;

    public byte[] Packed => packed;

    public DateTimeOffset SubmittedAt => submittedAt;

    /// <summary>Why there is no result; null with one, and while it is away.</summary>
    public string? Cause => Outcome is { } outcome and not BorrowOutcome.Accepted
        ? (outcome as BorrowOutcome.Refused)?.Reason ?? (outcome as BorrowOutcome.Lost)?.Reason : null;

    public BorrowOutcome.Accepted? Accepted => Outcome as BorrowOutcome.Accepted;

    public Completed? Result => Accepted is { } accepted ? Completed.Unpack(accepted.Output) : null;

    /// <summary>Final, checked, or taken on trust.</summary>
    public bool Final { get; private set; }

    /// <summary>How often a result was taken back.</summary>
    public int TakenBack { get; private set; }

    public bool Away
    {
        get
        {
            lock (_gate)
            {
                return _leasedAt is not null && Outcome is null;
            }
        }
    }

    /// <summary>Burnt so far, as its worker says.</summary>
    public long Fuel
    {
        get
        {
            lock (_gate)
            {
                return Accepted?.Fuel ?? _fuel;
            }
        }
    }

    private BorrowOutcome? Outcome
    {
        get
        {
            lock (_gate)
            {
                return _takenBack ? null : _outcome;
            }
        }
    }

    public void Take(BorrowOutcome outcome, DateTimeOffset now)
    {
        lock (_gate)
        {
            // The news of a correction may have been first.
            if (_outcome is null)
            {
                (_outcome, _endedAt) = (outcome, now);
                Final = Final || outcome is BorrowOutcome.Accepted { Verified: true };
            }
        }
    }

    /// <summary>Nobody waits for it any more, whatever came before.</summary>
    public void GiveUp(string reason, DateTimeOffset now) => Take(new JobNews.GivenUp(reason), now);

    public void Take(JobNews news, DateTimeOffset now)
    {
        lock (_gate)
        {
            switch (news)
            {
                case JobNews.Leased leased:
                    (_worker, _leasedAt) = (leased.Worker, now);
                    break;
                case JobNews.Returned returned when returned.Worker == _worker:
                    (_worker, _leasedAt) = (null, null);
                    break;
                case JobNews.Progress progress:
                    _fuel = progress.Fuel;
                    break;
                case JobNews.TakenBack:
                    (_takenBack, TakenBack, Final) = (true, TakenBack + 1, false);
                    break;
                case JobNews.Corrected corrected:
                    (_takenBack, _outcome, _endedAt, Final) = (false, corrected.Result, now, corrected.Result.Verified);
                    break;
                case JobNews.Final:
                    Final = true;
                    break;
                case JobNews.GivenUp given:
                    (_takenBack, _outcome, _endedAt) = (false, new BorrowOutcome.Refused(given.Reason), now);
                    break;
            }
        }
    }

    /// <summary>What happened, as this requester saw it.</summary>
    public ExecutionRecord Record(string run, string graph, string node, Func<NodeId, string> nameOf)
    {
        lock (_gate)
        {
            Completed? result = Result;
            NodeId? worker = Accepted?.Worker ?? _worker;
            return new ExecutionRecord
            {
                RunId = run,
                Graph = graph,
                Task = $"{graph}#{number}",
                Kind = WasmTask.Kind,
                Attempt = worker is null ? 0 : 1 + TakenBack,
                Priority = 0,
                Dependencies = 0,
                Number = number,
                ReadyAt = submittedAt,
                StartedAt = _leasedAt ?? _endedAt,
                EndedAt = _endedAt,
                RunTime = Accepted is { } accepted && accepted.RunTime < _endedAt - (_leasedAt ?? _endedAt) ? accepted.RunTime : _endedAt - (_leasedAt ?? _endedAt),
                Lane = -1,
                Node = node,
                Worker = worker is { } id ? nameOf(id) : node,
                WorkerId = worker,
                Outcome = result is null ? ExecutionOutcome.Refused : ExecutionOutcome.Succeeded,
                Cause = Cause,
                InputBytes = packed.Length,
                Input = Digest.Of(packed),
                OutputBytes = Accepted?.Output.Length ?? 0,
                Output = Accepted is { } kept ? Digest.Of(kept.Output.Span) : null,
                PredictedSeconds = 0,
                EstimateSamples = 0,
                Verification = result is null ? Verification.None : Final ? Verification.Verified : Verification.Provisional,
            };
        }
    }
}
