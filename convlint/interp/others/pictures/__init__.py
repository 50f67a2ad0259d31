"""Libraries that read and transform pictures as arrays: OpenCV and Albumentations."""
