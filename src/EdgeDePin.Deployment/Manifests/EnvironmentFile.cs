namespace EdgeDePin.Deployment.Manifests;

/// <summary>A file of lines <c>NAME=VALUE</c>, as the IoT Edge tools read <c>.env</c>: <c>#</c> begins a comment line, quotes around a value are left out.</summary>
public static class EnvironmentFile
{
    private const int MaxBytes = 64 * 1024;

    /// <exception cref="DeploymentException">Not readable, or a line that is none; the line is named, its value is not shown.</exception>
    public static Dictionary<string, string> Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            return !info.Exists ? throw new DeploymentException($"There is no file {file}: check the path.")
                : info.Length > MaxBytes ? throw new DeploymentException($"{file} has {info.Length} bytes; a file of variables has at most {MaxBytes}.")
                : Parse(file, File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{file} cannot be read: {error.Message}", error);
        }
    }

    /// <exception cref="DeploymentException">A line that is none; it is named, its value is not shown.</exception>
    public static Dictionary<string, string> Parse(string file, string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? "" : line[..equals].Trim();
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || char.IsAsciiDigit(name[0]))
            {
                throw new DeploymentException($"{file}:{number} is no line NAME=VALUE: names have letters, digits and _, and begin with a letter.");
            }

            if (!values.TryAdd(name, Unquoted(line[(equals + 1)..].Trim())))
            {
                throw new DeploymentException($"{file}:{number} gives {name} a second value: keep one of the two lines.");
            }
        }

        return values;
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
