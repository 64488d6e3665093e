namespace EdgeDePin.Cli.Demo;

/// <summary>Where a demo keeps its stores: a folder that the user named and that stays, or a temporary one that goes.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _temporary;

    /// <exception cref="CommandFailure">The folder cannot be made or written; the message names it.</exception>
    public DemoFolder(string? named)
    {
        _temporary = named is null;
        try
        {
            Root = named is null
                ? Directory.CreateTempSubdirectory("edgedepin-demo-").FullName
                : Directory.CreateDirectory(named).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment,
                $"The data folder {named} cannot be made: {error.Message} Choose another with --data.", error);
        }
    }

    public string Root { get; }

    public string Of(string node) => Path.Combine(Root, node);

    public void Dispose()
    {
        if (_temporary)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
