namespace EdgeDePin.Node;

/// <summary>
/// The sign of life of a module, for the health check of its container: a file that the module touches. The image has no shell, so the
/// program itself asks, started as <c>Module --health</c>. The image names the file in <c>EDGEDEPIN_HEALTH</c>; without it there is none,
/// because the temporary folder of a whole system belongs to everybody.
/// </summary>
public sealed class ModuleHealth : IDisposable
{
    /// <summary>The argument that asks instead of running.</summary>
    public const string Question = "--health";

    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "EDGEDEPIN_HEALTH";

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

    /// <summary>Begins to give signs of life until disposed. Null if nobody named a file.</summary>
    public static ModuleHealth? Start(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new ModuleHealth(file, time) : null;
    }

    /// <summary>0 if the last sign of life is fresh, 1 if not; what it saw goes to standard output.</summary>
    public static int Ask(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } file || !File.Exists(file))
        {
            Console.WriteLine($"no sign of life: {Variable} names no file that is there");
            return 1;
        }

        TimeSpan age = time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        Console.WriteLine($"last sign of life {age.TotalSeconds:0} s ago");
        return age < Late ? 0 : 1;
    }

    public void Dispose()
    {
        _timer.Dispose();
        File.Delete(_file);
    }

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
