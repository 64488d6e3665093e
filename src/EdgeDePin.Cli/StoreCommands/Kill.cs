namespace EdgeDePin.Cli.StoreCommands;

/// <summary>SIGKILL: what the process had in memory is gone, what the kernel had is not.</summary>
internal sealed class Kill(string folder) : Disaster
{
    public override string Name => "kill";

    public override string Folder => folder;

    public override Task StrikeAsync(Victim victim)
    {
        victim.Kill();
        return Task.CompletedTask;
    }

    public override void Dispose()
    {
    }
}
