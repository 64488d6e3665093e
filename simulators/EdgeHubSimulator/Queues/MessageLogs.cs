using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator.Queues;

/// <summary>
/// Where a hub's messages wait: on disk below <c>queues/{module}/{input}/{priority}</c>, or in memory where it has no folder.
/// </summary>
internal sealed class MessageLogs(LocalHubOptions options, ILogger log)
{
    /// <summary>Long enough that a file is not made every second, short enough that a little room can be given away.</summary>
    private const long MaxSegmentBytes = 8 << 20;

    private readonly string? _folder = options.Folder is null ? null : Path.Combine(options.Folder, "queues");

    /// <summary>Null where everything is in memory.</summary>
    public DiskBudget? Budget { get; } = options.Folder is null ? null : new DiskBudget(options.DiskQuotaBytes);

    public IMessageLog Open(string module, string input, int priority) => _folder is null
        ? new MemoryLog(options.MaxWaitingMessages, options.MaxWaitingBytes)
        : new FileLog(
            Path.Combine(_folder, Uri.EscapeDataString(module), Uri.EscapeDataString(input), priority.ToString(CultureInfo.InvariantCulture)),
            priority, Math.Min(MaxSegmentBytes, options.DiskQuotaBytes / 16), Budget!, log);

    /// <summary>Modules that an earlier run left something for.</summary>
    public IEnumerable<string> Modules => _folder is not null && Directory.Exists(_folder)
        ? Directory.EnumerateDirectories(_folder).Select(folder => Uri.UnescapeDataString(Path.GetFileName(folder)))
        : [];

    /// <summary>Inputs and priorities of a module that an earlier run left.</summary>
    public IEnumerable<(string Input, int Priority)> Left(string module)
    {
        string? folder = _folder is null ? null : Path.Combine(_folder, Uri.EscapeDataString(module));
        return folder is null || !Directory.Exists(folder) ? [] :
            from input in Directory.EnumerateDirectories(folder)
            from priority in Directory.EnumerateDirectories(input)
            where int.TryParse(Path.GetFileName(priority), NumberStyles.None, CultureInfo.InvariantCulture, out int _)
            select (Uri.UnescapeDataString(Path.GetFileName(input)), int.Parse(Path.GetFileName(priority), CultureInfo.InvariantCulture));
    }
}
