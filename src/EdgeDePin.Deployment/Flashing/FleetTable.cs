using System.Collections.Immutable;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// A fleet as a CSV file (RFC 4180) with a header: <c>device,profile,os,provisioning,boot</c> and, as wanted, <c>secrets</c>,
/// <c>id_scope</c>, <c>registration_id</c>, <c>wifi</c>, <c>identity_cert</c>. A column in capitals is a variable of the manifest.
/// </summary>
public static class FleetTable
{
    private const int MaxBytes = 4 << 20;
    private static readonly string[] Required = ["device", "profile", "os", "provisioning", "boot"];
    private static readonly string[] Optional = ["secrets", "id_scope", "registration_id", "wifi", "identity_cert"];

    /// <summary>One device of the fleet.</summary>
    /// <param name="Line">In the file, from 1.</param>
    /// <param name="Order">What it shall be.</param>
    /// <param name="Secrets">File of its secrets; null for those of the whole fleet.</param>
    public sealed record Row(int Line, DeviceOrder Order, string? Secrets);

    /// <exception cref="DeploymentException">The first thing that is wrong: file, line, value and remedy.</exception>
    public static ImmutableArray<Row> Read(string file, Func<DeviceOrder, DeviceOrder> complete)
    {
        ArgumentNullException.ThrowIfNull(complete);
        List<(int Line, string[] Fields)> lines = [.. Lines(file)];
        if (lines.Count == 0)
        {
            throw new DeploymentException($"{file} is empty: its first line is {string.Join(',', Required)}.");
        }

        string[] header = lines[0].Fields;
        if (Required.FirstOrDefault(column => !header.Contains(column)) is { } missing)
        {
            throw new DeploymentException($"{file}:1 has no column '{missing}': write {string.Join(',', Required)} and, as wanted, {string.Join(',', Optional)}.");
        }

        if (header.FirstOrDefault(column => !Required.Contains(column) && !Optional.Contains(column) && !IsVariable(column)) is { } unknown)
        {
            throw new DeploymentException($"{file}:1 has an unknown column '{unknown}': use {string.Join(", ", Required.Concat(Optional))}, or capitals for a variable of the manifest.");
        }

        if (header.Distinct(StringComparer.Ordinal).Count() < header.Length)
        {
            throw new DeploymentException($"{file}:1 has a column twice.");
        }

        var rows = ImmutableArray.CreateBuilder<Row>();
        foreach ((int line, string[] fields) in lines.Skip(1))
        {
            if (fields.Length != header.Length)
            {
                throw new DeploymentException($"{file}:{line} has {fields.Length} fields and the header {header.Length}: separate them with commas, and put a text with a comma between quotes.");
            }

            Row row;
            try
            {
                row = ReadRow(line, header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal), complete);
            }
            catch (DeploymentException error)
            {
                throw new DeploymentException($"{file}:{line} {error.Message}", error);
            }

            if (rows.FirstOrDefault(other => other.Order.Name == row.Order.Name || other.Order.Boot == row.Order.Boot) is { } twin)
            {
                throw new DeploymentException($"{file}:{line} has the device or the boot partition of line {twin.Line} ({row.Order.Name}, {row.Order.Boot}): give each its own.");
            }

            rows.Add(row);
        }

        return rows.Count > 0 ? rows.ToImmutable() : throw new DeploymentException($"{file} has a header and no device.");
    }

    private static Row ReadRow(int line, Dictionary<string, string> fields, Func<DeviceOrder, DeviceOrder> complete)
    {
        if (Required.FirstOrDefault(column => fields[column].Length == 0) is { } empty)
        {
            throw new DeploymentException($"has nothing in column '{empty}'.");
        }

        var name = new DeviceName(fields["device"]);
        DeviceOrder order = complete(new DeviceOrder(name, fields["profile"], DeviceOrder.SystemOf(fields["os"]),
            DeviceOrder.ProvisioningOf(fields["provisioning"]), fields["boot"],
            fields.Where(field => IsVariable(field.Key) && field.Value.Length > 0).ToImmutableDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal)));
        string? identity = Given("identity_cert");
        return new Row(line, order with
        {
            IdScope = Given("id_scope") ?? order.IdScope,
            RegistrationId = Given("registration_id") ?? name.Text,
            Wifi = Given("wifi") ?? order.Wifi,
            IdentityCertificate = identity is null ? order.IdentityCertificate : ReadText(identity),
        }, Given("secrets"));

        string? Given(string column) => fields.TryGetValue(column, out string? value) && value.Length > 0 ? value : null;
    }

    private static string ReadText(string file) => File.Exists(file) ? File.ReadAllText(file) : throw new DeploymentException($"There is no file {file}: check the path.");

    private static bool IsVariable(string column) => column.Length > 0 && column.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_');

    private static IEnumerable<(int Line, string[] Fields)> Lines(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.Length > MaxBytes)
        {
            throw new DeploymentException(info.Exists ? $"{file} has {info.Length} bytes; a fleet has at most {MaxBytes}." : $"There is no file {file}: check the path.");
        }

        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Trim().Length > 0 && !line.StartsWith('#'))
            {
                yield return (number, Fields(file, number, line));
            }
        }
    }

    private static string[] Fields(string file, int number, string line)
    {
        var fields = new List<string>();
        for (int at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                int end = at + 1;
                while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
                {
                    end += line[end] == '"' ? 2 : 1;
                }

                if (end >= line.Length || (end + 1 < line.Length && line[end + 1] != ','))
                {
                    throw new DeploymentException($"{file}:{number} has a quote without its partner: write \"…\" around the whole field, and \"\" for a quote inside.");
                }

                fields.Add(line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 2;
            }
            else
            {
                int comma = line.IndexOf(',', at);
                comma = comma < 0 ? line.Length : comma;
                fields.Add(line[at..comma].Trim());
                at = comma + 1;
            }
        }

        return [.. fields];
    }
}
