using System.Collections.Immutable;
using System.Text;
using EdgeDePin.Deployment.Boot;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>Writes a plan to its boot partition, reads it back, and says whether it is there.</summary>
public static class Flasher
{
    /// <summary>The folder, image or card that a path names.</summary>
    /// <exception cref="DeploymentException">Neither.</exception>
    public static IBootPartition Open(string path, bool writable) => Directory.Exists(path) ? new BootFolder(path)
        : File.Exists(path) ? new BootImage(path, writable)
        : throw new DeploymentException($"There is no {path}: name a mounted boot partition, an image file, or a card such as /dev/sda.");

    /// <summary>Writes all files of a plan or none, and reads them back from the medium.</summary>
    /// <exception cref="DeploymentException">It could not be written, or came back different.</exception>
    public static void Flash(FlashPlan plan, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(plan);
        using (IBootPartition boot = Open(plan.Order.Boot, writable: true))
        {
            boot.Write(plan.BootFiles, time);
        }

        using IBootPartition again = Open(plan.Order.Boot, writable: false);
        foreach (BootFile file in plan.BootFiles)
        {
            if (again.Read(file.Path) is not { } read || !read.AsSpan().SequenceEqual(file.Content))
            {
                throw new DeploymentException($"{plan.Order.Boot}: {file.Path} reads differently from what was written: the card is bad, or was taken out too early. Use another.");
            }
        }
    }

    /// <summary>What is wrong with a flashed partition; nothing if it is as it was written.</summary>
    /// <exception cref="DeploymentException">It cannot be read, or nobody has flashed it.</exception>
    public static ImmutableArray<string> Verify(string path)
    {
        using IBootPartition boot = Open(path, writable: false);
        if (boot.Read(FlashPlan.Started) is { } started)
        {
            throw new DeploymentException($"{path} has been in a device that started at {Encoding.UTF8.GetString(started).Trim()} and has taken everything over: there is nothing left to compare.");
        }

        byte[] sums = boot.Read(FlashPlan.Sums)
            ?? throw new DeploymentException($"{path} has no {FlashPlan.Sums}: 'edgedepin flash' has not written it, or not to its end.");
        var problems = ImmutableArray.CreateBuilder<string>();
        if (boot is BootImage image && image.Damage() is { } damage)
        {
            problems.Add(damage);
        }

        string[] lines = Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines)
        {
            string[] parts = line.Split("  ", 2);
            if (parts.Length != 2 || parts[0].Length != 64)
            {
                problems.Add($"{FlashPlan.Sums} has a damaged line '{(line.Length > 80 ? line[..80] : line)}'");
                continue;
            }

            byte[]? content = Attempt(() => boot.Read(parts[1]), problems);
            if (content is null)
            {
                problems.Add($"{parts[1]} is missing");
            }
            else if (FlashPlan.Digest(content) != parts[0])
            {
                problems.Add($"{parts[1]} is not what was written ({content.Length} bytes, SHA-256 {FlashPlan.Digest(content)[..16]}…, expected {parts[0][..16]}…)");
            }
        }

        if (lines.Length < 5)
        {
            problems.Add($"{FlashPlan.Sums} names {lines.Length} files; there are at least 5");
        }

        return problems.ToImmutable();
    }

    private static byte[]? Attempt(Func<byte[]?> read, ImmutableArray<string>.Builder problems)
    {
        try
        {
            return read();
        }
        catch (DeploymentException error)
        {
            problems.Add(error.Message);
            return null;
        }
    }
}
