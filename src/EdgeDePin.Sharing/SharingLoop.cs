using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading.Channels;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sharing;

/// <summary>Runs a neighbour's task on this host. It should not throw: what goes wrong is an outcome.</summary>
public delegate Task<GuestOutcome> RunGuest(GuestTask guest, CancellationToken cancellationToken);

/// <summary>Runs one of our own tasks here once more, to compare its output and its fuel with a neighbour's.</summary>
public delegate Task<OwnResult> RunAgain(TaskKind kind, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

/// <summary>
/// Shares cycles: feeds a <see cref="Participant"/> with what the link, the guests, the checks and the clock say, and does what
/// it answers. Everything goes through one bounded inbox that one loop reads, so the protocol has one thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
public sealed class SharingLoop
{
    /// <summary>Envelopes that wait for the loop: at most 40 MiB if each were the largest.</summary>
    public const int Inbox = 256;

    /// <summary>Tasks that wait for the loop to take them. Own tasks must not take the room of what neighbours say.</summary>
    public const int WaitingTasks = 256;

    // Beside those: guests and checks that ended, which leases bound, and words of our own.
    private const int Events = Inbox + WaitingTasks + 512;

    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CountersEvery = TimeSpan.FromMilliseconds(50);

    private static readonly BorrowOutcome.Lost HasEnded = new("sharing has ended");

    private readonly SharingOptions _options;
    private readonly Participant _participant;
    private readonly INeighbourLink _link;
    private readonly GuestRunner _guests;
    private readonly Func<int> _guestSlots;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<LoopEvent> _inbox;
    private readonly Callers _callers;
    private readonly Outbox _outbox;
    private readonly SemaphoreSlim _places = new(WaitingTasks, WaitingTasks);
    private readonly ReceiptWriter? _receipts;
    private readonly string? _dataFolder;
    private readonly CertificateWatch? _certificate;
    private string? _checkpoint;
    private TimeSpan? _busySince;
    private int _arrivals;
    private long _countedAt;
    private IReadOnlyList<NeighbourView> _neighbours = [];
    private SharingCounters _counters;

    /// <param name="runGuest">Runs neighbours' tasks here.</param>
    /// <param name="runAgain">Runs our own tasks here, to check neighbours' results.</param>
    /// <param name="guestSlots">How many guests the host would run at once just now, those that run included; asked four times a second.</param>
    /// <param name="kinds">What this node runs for others.</param>
    /// <param name="lanes">Of this node's executor, for its offers.</param>
    /// <param name="relativeSpeed">1 is the reference node; 0.001 to 1000.</param>
    /// <param name="papers">This node's certificates and whose it accepts; an open site by default.</param>
    /// <param name="receipts">Where the receipt log is kept; null keeps it in memory only.</param>
    /// <param name="dataFolder">Of the node, where lists of revocations are kept; null keeps them in memory only.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="InvalidDataException">The receipt log does not add up.</exception>
    public SharingLoop(
        SharingOptions options, NodeIdentity identity, INeighbourLink link, IReadOnlyList<TaskKind> kinds, RunGuest runGuest,
        RunAgain runAgain, Func<int> guestSlots, TimeProvider time, Random random, ILogger log, int lanes = 1, double relativeSpeed = 1,
        (Membership Membership, IReadOnlyList<ReadOnlyMemory<byte>> Chain)? papers = null, ReceiptFile? receipts = null,
        string? dataFolder = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(relativeSpeed, 0.001);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(relativeSpeed, 1000);
        _options = options;
        _outbox = new Outbox(options.MaxBundle);
        _link = link;
        _guestSlots = guestSlots;
        _time = time;
        _log = log;
        _dataFolder = dataFolder;
        _certificate = dataFolder is null ? null : new CertificateWatch(dataFolder, papers?.Chain ?? [], log);
        _participant = new Participant(options, identity, kinds, random, papers?.Membership, papers?.Chain, receipts?.Entries)
        {
            Lanes = lanes,
            SpeedPermille = (int)(relativeSpeed * 1000),
        };
        _callers = new Callers(_participant.Requester.Job, log);
        _inbox = Channel.CreateBounded<LoopEvent>(new BoundedChannelOptions(Events) { SingleReader = true });
        _receipts = receipts is null ? null : new ReceiptWriter(receipts, () => _inbox.Writer.TryWrite(new LoopEvent.Flushed()));
        _guests = new GuestRunner(runGuest, runAgain, _inbox.Writer, log);
        _counters = _participant.Counters;
    }

    public NodeId Id => _participant.Id;

    /// <summary>The neighbours a moment ago; safe to read on any thread.</summary>
    public IReadOnlyList<NeighbourView> Neighbours => Volatile.Read(ref _neighbours);

    /// <summary>The counters a moment ago; safe to read on any thread.</summary>
    public SharingCounters Counters => Volatile.Read(ref _counters);

    public LinkCounters LinkCounters => _link.Counters;

    /// <summary>Hears what neighbours have measured last. Called on the loop's thread, so it returns at once; set it before the loop runs.</summary>
    public Action<NodeId, ReadOnlyMemory<byte>>? Heard { get; set; }

    /// <summary>Tells those neighbours that may see data of this class what this node has measured last.</summary>
    /// <param name="latest">At most <see cref="Message.MaxLatest"/> bytes.</param>
    /// <returns>False where the loop has no room: what is told a little later is as good.</returns>
    public bool Tell(DataClass dataClass, ReadOnlyMemory<byte> latest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(latest.Length, Message.MaxLatest);
        return _inbox.Writer.TryWrite(new LoopEvent.Tell(dataClass, latest));
    }

    /// <summary>Gives a task to a neighbour and waits for what comes of it.</summary>
    /// <param name="packedInput">At most 128 KiB.</param>
    /// <param name="expectedRunTime">There; it decides after how long the task is taken back.</param>
    /// <returns>Lost where sharing has ended or ends meanwhile.</returns>
    public async Task<BorrowOutcome> BorrowAsync(
        TaskKind kind, ReadOnlyMemory<byte> packedInput, NodeId worker, TimeSpan expectedRunTime, CancellationToken cancellationToken)
    {
        var borrow = new LoopEvent.Borrow(kind, packedInput, worker, expectedRunTime);
        try
        {
            await AddAsync(borrow, cancellationToken);
            return await borrow.Outcome.Task.WaitAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return HasEnded;
        }
        catch (OperationCanceledException)
        {
            // With no room for the word, the task comes to its own end and nobody takes it.
            _inbox.Writer.TryWrite(new LoopEvent.Withdraw(borrow));
            throw;
        }
    }

    /// <summary>
    /// Gives a task to whichever neighbours fit, until one of them has given a result that is believed. Lost attempts, lies and
    /// stragglers cost time; the answer is given once.
    /// </summary>
    /// <param name="told">
    /// Hears what becomes of it meanwhile and, where the result was taken on trust, whether it is final or another one holds instead.
    /// Called on the loop's thread, so it returns at once.
    /// </param>
    /// <returns>The result; Refused where the task failed wherever it ran; Lost where sharing ends before there is one.</returns>
    public async Task<BorrowOutcome> RunAsync(Assignment what, CancellationToken cancellationToken, Action<JobNews>? told = null)
    {
        var job = new LoopEvent.Job(what) { Told = told };
        try
        {
            await AddAsync(job, cancellationToken);
            return await job.Result.Task.WaitAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return HasEnded;
        }
        catch (OperationCanceledException)
        {
            _inbox.Writer.TryWrite(new LoopEvent.WithdrawJob(job));
            throw;
        }
    }

    /// <summary>Shares until it is cancelled; once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        SharingLog.Started(_log, Id, _options.Name, _options.Site);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task link = CarryAsync(stop.Token);
        Task writer = _receipts?.RunAsync() ?? Task.CompletedTask;
        using ITimer tick = _time.CreateTimer(_ => _inbox.Writer.TryWrite(new LoopEvent.Tick()), null, TimeSpan.Zero, TickEvery);
        try
        {
            while (await _inbox.Reader.WaitToReadAsync(cancellationToken))
            {
                // Guests that are about to end may do so first: no delay where nothing else is ready to run.
                await Task.Yield();

                // What waits is taken together: its receipts are durable after one flush, its messages travel in bundles.
                var steps = new List<Step>();
                for (int taken = 0; taken < Events && _inbox.Reader.TryRead(out LoopEvent? happened); taken++)
                {
                    steps.AddRange(Take(happened));
                }

                await PerformAsync(steps, stop.Token);
                Show();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way out: what was taken becomes durable and is answered, the link says goodbye, guests end.
            _receipts?.Complete();
            await writer;
            Perform(_receipts?.Take() ?? [], stop.Token);
        }
        finally
        {
            _receipts?.Complete();
            await writer;
            await stop.CancelAsync();
            EndBorrowing();
            await _guests.EndAsync();
            await link;
        }
    }

    // Neighbours whenever there is time, since placing rests on them; the dearer counters a few times a second.
    private void Show()
    {
        // Busy or not, what others place by is never older than the counters.
        bool due = _time.GetElapsedTime(_countedAt) >= CountersEvery;
        if (_inbox.Reader.Count > 0 && !due)
        {
            return;
        }

        Volatile.Write(ref _neighbours, _participant.Views(Moment.Now(_time)));
        if (due)
        {
            _countedAt = _time.GetTimestamp();
            Volatile.Write(ref _counters, _participant.Counters);
        }
    }

    private async Task AddAsync(LoopEvent task, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await _inbox.Writer.WriteAsync(task, cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    private bool TryTake(LinkEvent arrived)
    {
        if (Interlocked.Increment(ref _arrivals) <= Inbox && _inbox.Writer.TryWrite(new LoopEvent.Arrived(arrived)))
        {
            return true;
        }

        Interlocked.Decrement(ref _arrivals);
        return false;
    }

    private void EndBorrowing()
    {
        _inbox.Writer.TryComplete();
        while (_inbox.Reader.TryRead(out LoopEvent? happened))
        {
            (happened as LoopEvent.Borrow)?.Outcome.TrySetResult(HasEnded);
            (happened as LoopEvent.Job)?.Result.TrySetResult(HasEnded);
            if (happened is LoopEvent.Borrow or LoopEvent.Job)
            {
                _places.Release();
            }
        }

        _callers.End();
    }

    // A link lives through every interruption; should it break nevertheless, the loop must not go on in silence.
    private async Task CarryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _link.RunAsync(TryTake, cancellationToken);
        }
        catch (Exception error)
        {
            _inbox.Writer.TryComplete(error);
            throw;
        }
    }

    private IReadOnlyList<Step> Take(LoopEvent happened)
    {
        Moment now = Moment.Now(_time);
        switch (happened)
        {
            case LoopEvent.Arrived arrived:
                Interlocked.Decrement(ref _arrivals);
                return _participant.Receive(arrived.Event, now);
            case LoopEvent.Tick:
                _participant.Worker.Slots = _guestSlots();
                _certificate?.Look(_participant, now);
                return [.. Yield(now.Running), .. _participant.Tick(now)];
            case LoopEvent.GuestEnded ended:
                _guests.Ended(ended.Key);
                return _participant.Worker.GuestEnded(ended.Key, ended.Outcome, now.Running);
            case LoopEvent.CheckEnded ended:
                return _participant.Follow(_participant.Requester.CheckEnded(ended.Task, ended.Own, now.Running), now.Running);
            case LoopEvent.Borrow borrow:
                _places.Release();
                // Where members have certificates, what a node measures is for members.
                TaskPolicy policy = _participant.Requester.Self.Certified ? TaskPolicy.Public with { Class = DataClass.Site } : TaskPolicy.Public;
                Assignment what = Assignment.Of(borrow.Kind, borrow.Input, borrow.ExpectedRunTime, _options) with { Policy = policy };
                IReadOnlyList<Step> steps = _participant.Requester.Submit(what, borrow.Worker, now.Running, out TaskId task);
                _callers.Add(task, borrow);
                return steps;
            case LoopEvent.Tell tell:
                return _participant.Tell(tell.Class, tell.Latest, now);
            case LoopEvent.Job job:
                _places.Release();
                return Add(job, now);
            case LoopEvent.Withdraw withdraw:
                return [.. _callers.Find(withdraw.Unwanted).SelectMany(unwanted => _participant.Requester.Cancel(unwanted, now.Running))];
            case LoopEvent.WithdrawJob withdraw:
                return [.. _callers.Remove(withdraw.Unwanted)
                    .SelectMany(number => _participant.Follow(_participant.Jobs.Cancel(number, now.Running), now.Running))];
            default:
                return [];
        }
    }

    // Guests run below the host's own work; where they have not got on for so long, somebody else may have them.
    private IReadOnlyList<Step> Yield(TimeSpan now)
    {
        _busySince = _participant.Worker.Slots > 0 ? null : _busySince ?? now;
        return now - _busySince > _options.HandBackAfter && _participant.Worker.Running > 0
            ? _participant.Worker.HandBack($"the host has needed its machine for {_options.HandBackAfter}", now)
            : [];
    }

    // In force it is already; a disk that refuses costs it only the next start, until the broker says it again.
    private void Keep(ReadOnlyMemory<byte> list)
    {
        try
        {
            if (_dataFolder is { } folder)
            {
                SiteFolder.KeepRevocations(folder, list.Span);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            SharingLog.RevocationsNotKept(_log, error.Message);
        }
    }

    private IReadOnlyList<Step> Add(LoopEvent.Job job, Moment now)
    {
        try
        {
            _callers.Add(_participant.Jobs.Add(job.What), job);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            job.Result.TrySetException(error);
            return [];
        }

        return _participant.Follow(_participant.Jobs.Place(now.Running), now.Running);
    }

    // What rests on the log waits until the log is durable; the rest need not.
    private async ValueTask PerformAsync(List<Step> steps, CancellationToken all)
    {
        List<Step> now = _receipts?.Take() ?? [];
        LedgerEntry[] entries = [.. steps.OfType<Step.Record>().Select(record => record.Entry)];
        bool waits = _receipts is not null && (entries.Length > 0 || _receipts.Busy);
        now.AddRange(waits ? steps.Where(step => step.MayGoAhead) : steps);
        if (waits && steps.Where(step => !step.MayGoAhead && step is not Step.Record).ToArray() is var held && (entries.Length > 0 || held.Length > 0))
        {
            await _receipts!.AddAsync(entries, held, all);
        }

        Perform(now, all);
        // Its root may be of entries that are not durable yet; then it is published with the next turn.
        if (_receipts?.Busy != true && _participant.Witness.Note is { } note && note != _checkpoint)
        {
            _checkpoint = note;
            _link.Checkpoint(Encoding.UTF8.GetBytes(note));
        }
    }

    private void Perform(List<Step> steps, CancellationToken all)
    {
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Step.Send send:
                    _outbox.Add(send.To, send.Message);
                    break;
                case Step.KeepRevocations kept:
                    Keep(kept.List);
                    break;
                case Step.Heard heard:
                    Heard?.Invoke(heard.Neighbour, heard.Data);
                    break;
                case Step.Announce announce:
                    _link.Offer(_participant.Seal(receiver: null, [announce.Offer], Moment.Now(_time))!);
                    break;
                case Step.StartGuest start:
                    _guests.Start(start.Guest, all);
                    break;
                case Step.StopGuest stop:
                    _guests.Stop(stop.Guest);
                    break;
                case Step.CheckLocally check:
                    _guests.Check(check, all);
                    break;
                default:
                    _callers.Tell(step);
                    break;
            }
        }

        foreach ((NodeId receiver, IReadOnlyList<Message> messages) in _outbox.Take())
        {
            if (_participant.Seal(receiver, messages, Moment.Now(_time)) is { } bytes)
            {
                _link.Send(receiver, bytes);
            }
        }
    }
}
