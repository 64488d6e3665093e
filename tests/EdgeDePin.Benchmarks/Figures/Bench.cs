namespace EdgeDePin.Benchmarks.Figures;

/// <summary>What a measurement needs: folders of its own that vanish afterwards, how often to measure, a word about progress.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly string _folder;
    private readonly List<IAsyncDisposable> _kept = [];
    private int _folders;

    private Bench(string folder, int repetitions, bool onlyOurs) => (_folder, Repetitions, OnlyOurs) = (folder, repetitions, onlyOurs);

    /// <summary>Runs of each contender.</summary>
    public int Repetitions { get; }

    /// <summary>Whether anchors are left out.</summary>
    public bool OnlyOurs { get; }

    public static Bench Create(int repetitions, bool onlyOurs) =>
        new(Directory.CreateTempSubdirectory("edgedepin-bench-").FullName, repetitions, onlyOurs);

    /// <summary>A path below the temporary folder that does not exist yet.</summary>
    public string FreshPath(string purpose) => Path.Combine(_folder, $"{++_folders:D3}-{purpose}");

    /// <summary>Progress, on standard error: standard output is the report's.</summary>
    public void Say(string progress) => Console.Error.WriteLine(progress);

    /// <summary>Ends with the run: a server that several rows ask.</summary>
    public void Keep(IAsyncDisposable server) => _kept.Add(server);

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _kept)
        {
            await server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
