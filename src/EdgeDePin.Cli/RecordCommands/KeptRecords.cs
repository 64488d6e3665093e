using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary>A folder of execution records that this command writes to, signed with a key that lies in it.</summary>
internal sealed class KeptRecords : IDisposable
{
    private readonly NodeIdentity _identity;

    private KeptRecords(NodeIdentity identity, RecordJournal journal) => (_identity, Journal) = (identity, journal);

    public RecordJournal Journal { get; }

    /// <exception cref="CommandFailure">The folder cannot be used.</exception>
    public static KeptRecords Open(string folder)
    {
        try
        {
            NodeIdentity identity = NodeIdentity.LoadOrCreate(Path.Combine(folder, "key"));
            return new KeptRecords(identity, RecordJournal.Open(folder, identity.PublicKey, bytes => identity.Sign(bytes)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.Environment, $"The records in {folder} cannot be opened: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        Journal.Dispose();
        _identity.Dispose();
    }
}
