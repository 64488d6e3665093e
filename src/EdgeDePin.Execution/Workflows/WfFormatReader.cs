using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Workflows;

/// <summary>
/// Reads WfFormat 1.5 (wfcommons/WfFormat, wfcommons-schema.json) as the instances of WfCommons write it: <c>parents</c> and
/// <c>children</c> need not agree, dates come in four styles, sizes may be 0, machines may be missing.
/// </summary>
public static partial class WfFormatReader
{
    /// <summary>The largest published instances are below 100 MB.</summary>
    public const int MaxBytes = 512 * 1024 * 1024;

    /// <summary>Longer identifiers are no identifiers.</summary>
    public const int MaxIdLength = 1024;

    /// <summary>Ten years; what is longer was not measured.</summary>
    private const double MaxSeconds = 3.2e8;

    private static readonly string[] Dates =
        ["yyyyMMdd'T'HHmmsszzz", "yyyy-MM-dd'T'HH:mm:sszzz", "MM-dd-yy'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <exception cref="FormatException">Not such a workflow; the message names the place, the value and what is expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Workflow ReadFile(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxBytes)
        {
            throw new FormatException($"{path} has {length} bytes; a workflow may have {MaxBytes}.");
        }

        try
        {
            return Read(File.ReadAllBytes(path));
        }
        catch (FormatException error)
        {
            throw new FormatException($"{path}: {error.Message}", error);
        }
    }

    /// <exception cref="FormatException">As above.</exception>
    public static Workflow Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32, AllowTrailingCommas = true });
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new FormatException($"Not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {error.Message.Split('.')[0]}.", error);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Not WfFormat 1.5: {error.Message}", error);
        }
    }

    private static Workflow Read(JsonElement root)
    {
        JsonElement workflow = Member(root, "workflow", "the file");
        JsonElement specified = Member(Member(workflow, "specification", "workflow"), "tasks", "workflow.specification");
        Dictionary<string, long> sizes = FileSizes(workflow.GetProperty("specification"));
        Dictionary<string, JsonElement> executed = Executed(workflow);
        JsonElement[] tasks = [.. specified.EnumerateArray()];
        string[] ids = [.. tasks.Select((task, at) => Id(task, at))];
        var numbers = new Dictionary<string, int>(ids.Length, StringComparer.Ordinal);
        for (int task = 0; task < ids.Length; task++)
        {
            if (!numbers.TryAdd(ids[task], task))
            {
                throw new FormatException($"Two tasks have the id '{ids[task]}'.");
            }
        }

        if (executed.Keys.FirstOrDefault(id => !numbers.ContainsKey(id)) is string stranger)
        {
            throw new FormatException($"workflow.execution tells of a task '{Short(stranger)}', and workflow.specification has none of that id.");
        }

        string[][] inputs = [.. tasks.Select(task => Strings(task, "inputFiles"))];
        string[][] outputs = [.. tasks.Select(task => Strings(task, "outputFiles"))];
        int[][] dependencies = Dependencies(tasks, ids, numbers);
        GraphShape shape = Shape(dependencies, ids);
        long Bytes(IEnumerable<string> files) => files.Sum(file => sizes.GetValueOrDefault(file));
        long[][] arrowBytes = [.. dependencies.Select((before, task) =>
            before.Select(other => Bytes(outputs[other].Intersect(inputs[task], StringComparer.Ordinal))).ToArray())];
        ImmutableArray<WorkflowTask> read = [.. tasks.Select((task, at) =>
            Task(ids[at], Text(task, "name") ?? ids[at], executed.TryGetValue(ids[at], out JsonElement run) ? run : null, Bytes(inputs[at]), Bytes(outputs[at])))];
        JsonElement execution = workflow.TryGetProperty("execution", out JsonElement known) ? known : default;
        return new Workflow(
            Text(root, "name") ?? "workflow", read, shape, arrowBytes,
            execution.ValueKind == JsonValueKind.Object ? Seconds(execution, "makespanInSeconds", "the workflow") : 0,
            execution.ValueKind == JsonValueKind.Object && Text(execution, "executedAt") is string date ? Date(date) : null);
    }

    private static WorkflowTask Task(string id, string name, JsonElement? run, long inputBytes, long outputBytes)
    {
        if (run is not JsonElement known)
        {
            return new WorkflowTask(id, Kind(name, null), 0, 1, 0, 0, inputBytes, outputBytes);
        }

        string? program = known.TryGetProperty("command", out JsonElement command) && command.ValueKind == JsonValueKind.Object
            ? Text(command, "program")
            : null;
        return new WorkflowTask(
            id, Kind(name, program), Seconds(known, "runtimeInSeconds", $"task '{id}'"),
            Math.Max(Number(known, "coreCount", $"task '{id}'") ?? 1, 0.001), (long)Math.Clamp(Number(known, "memoryInBytes", $"task '{id}'") ?? 0, 0, 1e15),
            (int)Math.Clamp(Number(known, "priority", $"task '{id}'") ?? 0, int.MinValue, int.MaxValue), inputBytes, outputBytes);
    }

    // Pegasus and Makeflow name the program; Nextflow has the whole script there.
    private static string Kind(string name, string? program)
    {
        if (program is { Length: > 0 and <= 64 } && !program.Any(char.IsWhiteSpace))
        {
            return program;
        }

        string bare = NumbersAtTheEnd().Replace(name, "");
        return bare.Length > 0 ? bare : name;
    }

    private static Dictionary<string, long> FileSizes(JsonElement specification)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        if (specification.TryGetProperty("files", out JsonElement files))
        {
            foreach (JsonElement file in files.EnumerateArray())
            {
                string id = Text(file, "id") ?? throw new FormatException("A file has no id.");
                sizes[id] = (long)Math.Clamp(Number(file, "sizeInBytes", $"file '{id}'") ?? 0, 0, 1e18);
            }
        }

        return sizes;
    }

    private static Dictionary<string, JsonElement> Executed(JsonElement workflow)
    {
        var executed = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (workflow.TryGetProperty("execution", out JsonElement execution) && execution.TryGetProperty("tasks", out JsonElement tasks))
        {
            foreach (JsonElement task in tasks.EnumerateArray())
            {
                executed[Text(task, "id") ?? throw new FormatException("A task of workflow.execution has no id.")] = task;
            }
        }

        return executed;
    }

    private static int[][] Dependencies(JsonElement[] tasks, string[] ids, Dictionary<string, int> numbers)
    {
        var before = new List<int>[tasks.Length];
        for (int task = 0; task < tasks.Length; task++)
        {
            before[task] = [];
        }

        int Find(string id, int by) => numbers.TryGetValue(id, out int number) ? number
            : throw new FormatException($"Task '{ids[by]}' names '{Short(id)}', which does not exist.");
        for (int task = 0; task < tasks.Length; task++)
        {
            before[task].AddRange(Strings(tasks[task], "parents").Select(id => Find(id, task)));
        }

        for (int task = 0; task < tasks.Length; task++)
        {
            foreach (string child in Strings(tasks[task], "children"))
            {
                before[Find(child, task)].Add(task);
            }
        }

        return [.. before.Select(those => those.Distinct().ToArray())];
    }

    private static GraphShape Shape(int[][] dependencies, string[] ids)
    {
        try
        {
            return GraphShape.Of(dependencies);
        }
        catch (ArgumentException error)
        {
            // The shape knows numbers; people know names.
            throw new FormatException(Numbers().Replace(error.Message, match => $"'{ids[int.Parse(match.Value, CultureInfo.InvariantCulture)]}'"), error);
        }
    }

    private static string Id(JsonElement task, int at)
    {
        string id = Text(task, "id") ?? Text(task, "name") ?? throw new FormatException($"Task number {at + 1} has neither id nor name.");
        return id.Length is > 0 and <= MaxIdLength ? id
            : throw new FormatException($"Task number {at + 1} has an id of {id.Length} characters ('{Short(id)}'); 1 to {MaxIdLength} are allowed.");
    }

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static JsonElement Member(JsonElement element, string name, string of) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member
        : throw new FormatException($"Not WfFormat 1.5: {of} has no '{name}'.");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string[] Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Array
            ? [.. member.EnumerateArray().Select(item => item.GetString() ?? throw new FormatException($"'{name}' holds something that is no text."))]
            : [];

    private static double Seconds(JsonElement element, string name, string of)
    {
        double seconds = Number(element, name, of) ?? 0;
        return seconds is >= 0 and <= MaxSeconds ? seconds
            : throw new FormatException($"'{name}' of {of} is {seconds}; expected 0 to {MaxSeconds} seconds.");
    }

    private static double? Number(JsonElement element, string name, string of)
    {
        if (!element.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out double number) && double.IsFinite(number) ? number
            : throw new FormatException($"'{name}' of {of} is {Short(member.ToString())}; expected a finite number.");
    }

    private static DateTimeOffset? Date(string text) =>
        DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null;

    [GeneratedRegex(@"([_\-]?(ID)?[_\-]?\d+)+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NumbersAtTheEnd();

    [GeneratedRegex(@"\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();
}
