namespace EdgeDePin.Node;

/// <summary>
/// The sign of life of a module, for the health check of its container: a file in the temporary folder that the module touches. The image
/// has no shell, so the program itself asks, started as <c>Module --health</c>.
/// </summary>
public sealed class ModuleHealth : IDisposable
{
    /// <summary>The argument that asks instead of running.</summary>
    public const string Question = "--health";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(45);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    private ModuleHealth(string file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        _timer = time.CreateTimer(_ => Touch(), null, TimeSpan.Zero, Beat);
    }

    /// <summary>Begins to give signs of life; they end with the process or when disposed.</summary>
    public static ModuleHealth Start(string module, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new ModuleHealth(FileOf(module), time);
    }

    /// <summary>0 if the last sign of life is fresh, 1 if not; what it saw goes to standard output.</summary>
    public static int Ask(string module, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string file = FileOf(module);
        TimeSpan age = time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        bool alive = File.Exists(file) && age < Late;
        Console.WriteLine(alive ? $"{module}: alive {age.TotalSeconds:0} s ago" : $"{module}: no sign of life");
        return alive ? 0 : 1;
    }

    public void Dispose()
    {
        _timer.Dispose();
        File.Delete(_file);
    }

    private static string FileOf(string module) => Path.Combine(Path.GetTempPath(), $"edgedepin-{module}.alive");

    private void Touch()
    {
        try
        {
            File.WriteAllBytes(_file, []);
            File.SetLastWriteTimeUtc(_file, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full temporary folder must not end a module that works; it then counts as unwell, which is true.
        }
    }
}
