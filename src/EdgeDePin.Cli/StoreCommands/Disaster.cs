namespace EdgeDePin.Cli.StoreCommands;

/// <summary>How the life of a victim ends, and what it suffers before.</summary>
internal abstract class Disaster : IDisposable
{
    /// <summary>The verb of the report.</summary>
    public abstract string Name { get; }

    /// <summary>Where the store lies.</summary>
    public abstract string Folder { get; }

    /// <summary>Whether an append may fail in between: its points may be there or not, and the victim appends them again.</summary>
    public virtual bool MayRefuse => false;

    /// <summary>Before the victim opens its store.</summary>
    public virtual Task PrepareAsync(Victim victim, Random random, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the victim; afterwards the folder can be opened.</summary>
    public abstract Task StrikeAsync(Victim victim);

    public abstract void Dispose();
}
