using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// Makes entries durable beside the loop: while one flush is under way the next batches gather, and all of them share the next
/// flush. The steps that rest on them are handed back in their order once they are on the disk.
/// </summary>
internal sealed class ReceiptWriter
{
    /// <summary>Batches that wait for a slow disk; beyond this the loop waits too. Each is what one turn of the loop took.</summary>
    public const int Capacity = 4_096;

    private readonly ReceiptFile _file;
    private readonly Action _wake;
    private readonly Channel<IReadOnlyList<LedgerEntry>> _batches = Channel.CreateBounded<IReadOnlyList<LedgerEntry>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private readonly Queue<IReadOnlyList<Step>> _held = new();
    private long _durable;
    private long _taken;
    private ExceptionDispatchInfo? _error;

    /// <param name="wake">Called on any thread when something is durable, or the disk refused.</param>
    public ReceiptWriter(ReceiptFile file, Action wake) => (_file, _wake) = (file, wake);

    /// <summary>Something is on its way to the disk, so what rests on the log has to wait behind it.</summary>
    public bool Busy => _held.Count > 0;

    /// <param name="entries">None where the steps only wait behind others.</param>
    /// <param name="held">What may be done once they are durable.</param>
    public ValueTask AddAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<Step> held, CancellationToken cancellationToken)
    {
        _held.Enqueue(held);
        return _batches.Writer.WriteAsync(entries, cancellationToken);
    }

    /// <summary>The steps whose entries are durable, each once.</summary>
    /// <exception cref="IOException">The disk refused; nothing that was held is handed back any more.</exception>
    public List<Step> Take()
    {
        Volatile.Read(ref _error)?.Throw();
        var steps = new List<Step>();
        for (long durable = Interlocked.Read(ref _durable); _taken < durable && _held.Count > 0; _taken++)
        {
            steps.AddRange(_held.Dequeue());
        }

        return steps;
    }

    /// <summary>No more comes; <see cref="RunAsync"/> ends when all of it is durable.</summary>
    public void Complete() => _batches.Writer.TryComplete();

    /// <summary>Writes until <see cref="Complete"/>, or until the disk refuses.</summary>
    public async Task RunAsync()
    {
        var entries = new List<LedgerEntry>();
        try
        {
            while (await _batches.Reader.WaitToReadAsync())
            {
                int batches = 0;
                for (; _batches.Reader.TryRead(out IReadOnlyList<LedgerEntry>? more); batches++)
                {
                    entries.AddRange(more);
                }

                if (entries.Count > 0)
                {
                    _file.Append(entries);
                    entries.Clear();
                }

                Interlocked.Add(ref _durable, batches);
                _wake();
            }
        }
        catch (Exception error)
        {
            // The loop ends with it: a node that cannot write its log must not go on saying things.
            Volatile.Write(ref _error, ExceptionDispatchInfo.Capture(error));
            _batches.Writer.TryComplete(error);
            _wake();
        }
    }
}
